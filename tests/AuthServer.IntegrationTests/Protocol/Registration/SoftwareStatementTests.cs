using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>RFC 7591 section 2.3: what somebody whom the operator trusts has signed about a client.</summary>
public sealed class SoftwareStatementTests(SoftwareStatementTests.StatementHost fixture)
    : IClassFixture<SoftwareStatementTests.StatementHost>
{
    private const string Issuer = "https://publisher.example";

    private const string Claims =
        """{"iss":"https://publisher.example","client_name":"Signed","redirect_uris":["https://signed.example/cb"],"trusted":true}""";

    [Fact]
    public async Task What_is_signed_takes_the_place_of_what_the_client_says()
    {
        var statement = Sign(Claims);
        var (status, answer, _) = await RegisterAsync(statement);
        Assert.Equal(HttpStatusCode.Created, status);
        var registered = new Registration(answer);
        Assert.Equal(
            ("Signed", "https://signed.example/cb", "https://mine.example/tos", statement),
            (registered.Text("client_name"), answer.GetProperty("redirect_uris")[0].GetString(), registered.Text("tos_uri"),
                registered.Text("software_statement")));
        // It makes no client trusted, and vouches for its addresses.
        Assert.False(answer.TryGetProperty("trusted", out _));
        var client = await fixture.Host.Services.GetRequiredService<ClientDirectory>().FindAsync(registered.ClientId, default);
        Assert.True(client!.IsVouchedFor);
        var (_, read, _) = await fixture.SendAsync(HttpMethod.Get, registered.Address, token: registered.Token);
        Assert.Equal(statement, new Registration(read).Text("software_statement"));

        // RFC 7592 section 2.2: a replacement without it rests on it no more; with a wrong one it changes nothing.
        var forged = new JsonObject { ["client_id"] = registered.ClientId, ["software_statement"] = statement[..^4] + "AAAA" };
        var (refused, fault, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, forged.ToJsonString(), registered.Token);
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_software_statement"), (refused, fault.GetProperty("error").GetString()));
        var own = JsonNode.Parse(RegistrationHost.Minimal)!.AsObject();
        own["client_id"] = registered.ClientId;
        var (_, replaced, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, own.ToJsonString(), registered.Token);
        Assert.False(replaced.TryGetProperty("software_statement", out _));
    }

    [Fact]
    public async Task Many_instances_present_the_same_one()
    {
        var statement = Sign(Claims);
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(statement)).Status);
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(statement)).Status);
    }

    [Fact]
    public async Task A_statement_of_somebody_else_is_not_approved()
    {
        await RefusedAsync("unapproved_software_statement", Sign(Claims.Replace(Issuer, "https://evil.example", StringComparison.Ordinal)));
        await RefusedAsync("unapproved_software_statement", Sign("""{"client_name":"Signed"}"""));
        await using var without = new OpenRegistrationHost();
        await without.InitializeAsync();
        var (_, answer, _) = await without.RegisterAsync(Body(Sign(Claims)));
        Assert.Equal("unapproved_software_statement", answer.GetProperty("error").GetString());
    }

    [Fact]
    public async Task What_is_wrong_with_a_statement_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var good = Sign(Claims).Split('.');
        var byPublicKey = new JsonWebTokenHandler().CreateToken(
            Claims, new SigningCredentials(new SymmetricSecurityKey(fixture.Key.ExportSubjectPublicKeyInfo()), "HS256"));
        var now = fixture.Host.Now.ToUnixTimeSeconds();
        string[] wrong =
        [
            "x", "a.b.c", Sign(Claims, other), Base64UrlEncoder.Encode("""{"alg":"none"}""") + "." + good[1] + ".", byPublicKey,
            Sign(With("exp", now - 60)), Sign(With("exp", "soon")), Sign(With("nbf", now + 600)), Sign(With("iat", now + 600)),
            Sign(With("aud", "https://other.example")), Sign(Claims, type: "at+jwt"), Sign(Claims, type: "oauth-authz-req+jwt"),
            Sign(Claims, isCritical: true),
        ];
        foreach (var statement in wrong) await RefusedAsync("invalid_software_statement", statement);
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(Sign(With("aud", fixture.Issuer.Text)))).Status);
        Assert.Equal(HttpStatusCode.Created, (await RegisterAsync(Sign(With("exp", now + 60)))).Status);
    }

    [Fact]
    public async Task What_is_signed_is_bound_by_the_rules_of_all()
    {
        var claims = Claims.Replace("https://signed.example/cb", "http://signed.example/cb", StringComparison.Ordinal);
        await RefusedAsync("invalid_redirect_uri", Sign(claims));
    }

    private async Task RefusedAsync(string error, string statement)
    {
        var (status, answer, _) = await RegisterAsync(statement);
        Assert.Equal((HttpStatusCode.BadRequest, error), (status, answer.GetProperty("error").GetString()));
    }

    private Task<(HttpStatusCode Status, System.Text.Json.JsonElement Json, System.Net.Http.Headers.HttpResponseHeaders Headers)>
        RegisterAsync(string statement) => fixture.RegisterAsync(Body(statement));

    private static string Body(string statement) => new JsonObject
    {
        ["client_name"] = "Mine", ["redirect_uris"] = new JsonArray("https://mine.example/cb"), ["tos_uri"] = "https://mine.example/tos",
        ["software_statement"] = statement,
    }.ToJsonString();

    private static string With(string name, object value)
    {
        var claims = JsonNode.Parse(Claims)!.AsObject();
        claims[name] = System.Text.Json.JsonSerializer.SerializeToNode(value);
        return claims.ToJsonString();
    }

    private string Sign(string claims, ECDsa? key = null, string type = "JWT", bool isCritical = false)
    {
        var header = new Dictionary<string, object> { ["typ"] = type };
        // RFC 7515 section 4.1.11: an extension that must be understood.
        if (isCritical) header["crit"] = new[] { "x" };
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(
            claims, new SigningCredentials(new ECDsaSecurityKey(key ?? fixture.Key), SecurityAlgorithms.EcdsaSha256), header);
    }

    /// <summary>Everybody may register a client, and one issuer is trusted.</summary>
    public sealed class StatementHost() : RegistrationHost(DatabaseKind.Sqlite, "open")
    {
        public ECDsa Key { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        protected override HostSetup Prepare(HostSetup setup)
        {
            var prepared = base.Prepare(setup);
            var jwk = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new(ECDsa.Create(Key.ExportParameters(false))));
            var issuer = new JsonObject
            {
                ["issuer"] = SoftwareStatementTests.Issuer,
                ["jwks"] = new JsonObject
                {
                    ["keys"] = new JsonArray(new JsonObject { ["kty"] = "EC", ["crv"] = jwk.Crv, ["x"] = jwk.X, ["y"] = jwk.Y }),
                },
            };
            return prepared with
            {
                Settings = new Dictionary<string, string>(prepared.Settings)
                {
                    ["SOFTWARE_STATEMENT_ISSUERS"] = new JsonArray(issuer).ToJsonString(),
                },
            };
        }

        public override ValueTask DisposeAsync()
        {
            Key.Dispose();
            return base.DisposeAsync();
        }
    }
}
