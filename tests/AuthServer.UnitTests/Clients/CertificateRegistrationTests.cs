using System.Text.Json.Nodes;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;

namespace AuthServer.UnitTests.Clients;

/// <summary>RFC 8705 section 2.1.2, in registrations of RFC 7591 and in documents: which certificate a client calls its own.</summary>
public sealed class CertificateRegistrationTests
{
    private const string Address = "https://mtls.id.example";

    [Theory]
    [InlineData("subject_dn", "CN=client,O=Example,C=DE")]
    [InlineData("san_dns", "client.example")]
    [InlineData("san_uri", "https://client.example/id")]
    [InlineData("san_ip", "2001:db8::7")]
    [InlineData("san_email", "client@client.example")]
    public void Each_name_is_registered_and_answered(string name, string value)
    {
        var (json, faults) = Read(Json("tls_client_auth", ("tls_client_auth_" + name, value)), Authorities());
        Assert.Empty(faults);
        Assert.Equal(value, (string?)json["tls_client_auth_" + name]);
    }

    [Theory]
    [InlineData("tls_client_auth", "token_endpoint_auth_method")]
    [InlineData("tls_client_auth", "token_endpoint_auth_method", "san_dns=a.example", "subject_dn=CN=a")]
    [InlineData("tls_client_auth", "tls_client_auth_subject_dn", "subject_dn=nonsense")]
    [InlineData("tls_client_auth", "tls_client_auth_san_dns", "san_dns=*.example")]
    [InlineData("tls_client_auth", "tls_client_auth_san_uri", "san_uri=a.example")]
    [InlineData("tls_client_auth", "tls_client_auth_san_ip", "san_ip=a.example")]
    [InlineData("tls_client_auth", "tls_client_auth_san_email", "san_email=a.example")]
    [InlineData("client_secret_basic", "tls_client_auth_san_dns", "san_dns=a.example")]
    [InlineData("none", "tls_client_auth_san_dns", "san_dns=a.example")]
    [InlineData("self_signed_tls_client_auth", "token_endpoint_auth_method")]
    public void Other_combinations_are_refused(string method, string named, params string[] names)
    {
        var members = names.Select(name => name.Split('=', 2)).Select(name => ("tls_client_auth_" + name[0], name[1]));
        Assert.Equal(named, Assert.Single(Read(Json(method, [.. members]), Authorities()).Faults));
    }

    [Fact]
    public void A_name_of_another_type_is_refused()
    {
        var asked = Json("tls_client_auth");
        asked["tls_client_auth_san_dns"] = new JsonArray("a.example");
        Assert.Contains("tls_client_auth_san_dns", Read(asked, Authorities()).Faults);
    }

    /// <summary>As discovery names them: with no authority, and with no certificates at all.</summary>
    [Fact]
    public void A_method_that_is_not_offered_is_refused()
    {
        var (byName, byItself) = (Json("tls_client_auth", ("tls_client_auth_san_dns", "a.example")), Json("self_signed_tls_client_auth"));
        byItself["jwks_uri"] = "https://a.example/jwks";
        var withoutAuthority = new MtlsOptions { BaseUrl = new(Address) };
        Assert.Empty(Read(byItself, withoutAuthority).Faults);
        Assert.Equal(["token_endpoint_auth_method"], Read(byName, withoutAuthority).Faults);
        foreach (var asked in new[] { byName, byItself }) Assert.Equal(["token_endpoint_auth_method"], Read(asked, new()).Faults);
    }

    /// <summary>A document speaks to all servers at once.</summary>
    [Fact]
    public void A_document_with_a_name_is_taken_without_it()
    {
        var (metadata, problems) = RegistrationRules.ReadDocument(Json("none", ("tls_client_auth_san_dns", "a.example")), new());
        Assert.Empty(problems);
        Assert.False(metadata.Json.ContainsKey("tls_client_auth_san_dns"));
    }

    private static JsonObject Json(string method, params (string Name, string Value)[] members)
    {
        var json = new JsonObject
        {
            ["redirect_uris"] = new JsonArray("https://a.example/cb"), ["token_endpoint_auth_method"] = method,
        };
        foreach (var (name, value) in members) json[name] = value;
        return json;
    }

    private static (JsonObject Json, IReadOnlyList<string> Faults) Read(JsonObject asked, MtlsOptions mtls)
    {
        var (metadata, problems) = RegistrationRules.Read(
            asked, new() { Mode = ClientRegistrationMode.Open }, new SecurityProfileOptions(), mtls);
        return (metadata.Json, [.. problems.Select(problem => problem.Path)]);
    }

    private static MtlsOptions Authorities()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var request = new System.Security.Cryptography.X509Certificates.CertificateRequest(
            "CN=Authority", key, System.Security.Cryptography.HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        return new() { BaseUrl = new(Address), Authorities = { request.CreateSelfSigned(now, now.AddDays(1)) } };
    }
}
