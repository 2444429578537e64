using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;
using AuthServer.Hosting.Certificates;

namespace AuthServer.UnitTests.Hosting;

public sealed class LocalAuthorityTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 11, 29, 12, 0, 0, TimeSpan.Zero);
    private readonly DataDirectory _data = new(Directory.CreateTempSubdirectory("ca").FullName);

    public void Dispose() => Directory.Delete(_data.Path, recursive: true);

    [Fact]
    public void It_is_made_once_and_its_keys_are_the_owners_alone()
    {
        var (authority, leaf) = At(0);
        Assert.Equal((authority, leaf), At(1));
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.GetFiles(_data.Path, "*.key"))
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void The_certificate_is_renewed_thirty_days_before_its_end_and_the_authority_stays()
    {
        var (authority, leaf) = At(0);
        Assert.Equal((authority, leaf), At(367));
        var renewed = At(369);
        Assert.Equal(authority, renewed.Authority);
        Assert.NotEqual(leaf, renewed.Leaf);
    }

    [Fact]
    public void The_authority_is_replaced_at_its_end_and_its_certificates_never_outlive_it()
    {
        var (authority, _) = At(0);
        var late = At(3600);
        Assert.Equal(authority, late.Authority);
        using var root = X509Certificate2.CreateFromPem(late.Authority);
        using var leaf = X509Certificate2.CreateFromPem(late.Leaf);
        Assert.Equal(root.NotAfter, leaf.NotAfter);
        Assert.NotEqual(authority, At(3640).Authority);
    }

    [Theory]
    [InlineData("localhost.key")]
    [InlineData("localhost.pem")]
    public void A_certificate_that_was_damaged_is_made_again(string file)
    {
        var (authority, leaf) = At(0);
        File.WriteAllText(_data.FileAt(file), "damaged");
        var again = At(0);
        Assert.Equal(authority, again.Authority);
        Assert.NotEqual(leaf, again.Leaf);
    }

    [Fact]
    public void It_signs_for_this_machine_alone()
    {
        At(0);
        using var root = new LocalAuthority(_data).Certificate();
        Assert.Equal(0, Assert.Single(root.Extensions.OfType<X509BasicConstraintsExtension>()).PathLengthConstraint);
        Assert.True(root.Extensions["2.5.29.30"]!.Critical);
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(_data.FileAt("localhost.pem"));
        Assert.All(
            new[] { "localhost", "127.0.0.1", "::1" }, name => Assert.True(leaf.MatchesHostname(name, allowCommonName: false)));
        Assert.Equal(398, (leaf.NotAfter - leaf.NotBefore).TotalDays);
    }

    private (string Authority, string Leaf) At(int days)
    {
        new LocalAuthority(_data).Ensure(Start.AddDays(days));
        return (File.ReadAllText(_data.FileAt("local-ca.pem")), File.ReadAllText(_data.FileAt("localhost.pem")));
    }
}
