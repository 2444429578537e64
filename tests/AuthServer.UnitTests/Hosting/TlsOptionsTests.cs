using System.Diagnostics.CodeAnalysis;
using System.Security.Authentication;
using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;
using AuthServer.Hosting.Configuring;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Hosting;

public sealed class TlsOptionsTests
{
    [Fact]
    [SuppressMessage("Security", "CA5398", Justification = "The versions are what is tested.")]
    public void TLS_1_3_is_the_minimum_unless_1_2_is_asked_for()
    {
        Assert.Equal(SslProtocols.Tls13, new TlsOptions().Protocols);
        Assert.True(new TlsOptions { Minimum = "1.2" }.Protocols.HasFlag(SslProtocols.Tls13));
        Assert.Equal(["TLS_MINIMUM: \"1.1\" is not a version; set it to 1.3 or 1.2"], Problems(new() { Minimum = "1.1" }));
    }

    [Fact]
    public void One_file_without_the_other_is_refused()
    {
        Assert.Equal(["TLS_PRIVATE_KEY_FILE: is not set, and TLS_CERTIFICATE_FILE is; set it to the path of a PEM file"],
            Problems(new() { CertificateFile = "a" }));
        Assert.Equal(["TLS_CERTIFICATE_FILE: is not set, and TLS_PRIVATE_KEY_FILE is; set it to the path of a PEM file"],
            Problems(new() { PrivateKeyFile = "a" }));
        Assert.Equal([], Problems(new() { CertificateFile = "a", PrivateKeyFile = "b" }));
    }

    [Fact]
    public void A_certificate_of_this_machine_beside_files_is_refused() =>
        Assert.StartsWith("LOCAL_HTTPS: ",
            Assert.Single(Problems(new() { CertificateFile = "a", PrivateKeyFile = "b", LocalHttps = true })),
            StringComparison.Ordinal);

    [Fact]
    public void An_https_address_needs_a_certificate_from_somewhere()
    {
        Assert.StartsWith("ASPNETCORE_URLS: https://*:443 is https",
            Assert.Single(Refusals(new(), ("urls", "http://localhost:1;https://*:443"))),
            StringComparison.Ordinal);
        Assert.Equal([], Refusals(new() { CertificateFile = "a", PrivateKeyFile = "b" }, ("urls", "https://*:443")));
        Assert.Equal([], Refusals(new() { LocalHttps = true }));
        Assert.Equal([], Refusals(new(), ("urls", "https://*:443"), ("Kestrel:Certificates:Default:Path", "a.pem")));
        Assert.Equal([], Refusals(
            new(), ("Kestrel:Endpoints:Public:Url", "https://*:443"), ("Kestrel:Endpoints:Public:Certificate:Path", "a.pem")));
    }

    [Fact]
    public void A_certificate_of_this_machine_changes_the_default_address_and_no_other()
    {
        var tls = new TlsOptions { LocalHttps = true };
        Assert.Equal(new Uri("https://localhost:5443"), Listeners.Of(Configuration([]), tls).FirstLoopback());
        Assert.Equal(new Uri("http://localhost:1"), Listeners.Of(Configuration([("urls", "http://localhost:1")]), tls).FirstLoopback());
    }

    private static IReadOnlyList<string> Problems(TlsOptions tls)
    {
        var problems = new SettingProblems();
        tls.Check(problems);
        return problems.Lines;
    }

    private static IReadOnlyList<string> Refusals(TlsOptions tls, params (string Key, string Value)[] values)
    {
        var problems = new SettingProblems();
        var configuration = Configuration(values);
        Listeners.Of(configuration, tls).RefuseHttpsWithoutCertificate(tls, configuration, problems);
        return problems.Lines;
    }

    private static IConfigurationRoot Configuration((string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();
}
