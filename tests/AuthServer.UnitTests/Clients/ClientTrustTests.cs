using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Outbound;

namespace AuthServer.UnitTests.Clients;

/// <summary>Which clients somebody answers for, and what the others are not trusted with (RFC 9700 section 4.11.2).</summary>
public sealed class ClientTrustTests : IDisposable
{
    private const string Site = "https://app.example/cb";

    private readonly SafeHttp _http = new(
        new OutboundOptions(), (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]), TimeProvider.System);

    public void Dispose() => _http.Dispose();

    [Fact]
    public void A_client_of_the_operator_is_trusted_and_so_is_one_with_an_initial_access_token()
    {
        Assert.True(Registered(by: null).IsVouchedFor);
        Assert.True(Registered(by: Guid.CreateVersion7().ToString()).IsVouchedFor);
        Assert.False(Registered(by: RegistrationState.Open).IsVouchedFor);
    }

    /// <summary>Every copy of a program has its statement: what it does not say anybody could add.</summary>
    [Theory]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{}""", true)]
    [InlineData("""{"iss":"x","client_name":"App"}""", """{}""", false)]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"jwks_uri":"https://10.0.0.1/"}""", false)]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"request_uris":["https://10.0.0.1/"]}""", false)]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"sector_identifier_uri":"https://10.0.0.1/"}""", false)]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"backchannel_logout_uri":"https://10.0.0.1/"}""", false)]
    [InlineData(
        """{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"frontchannel_logout_uri":"https://evil.example/"}""", false)]
    [InlineData(
        """{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"post_logout_redirect_uris":["https://evil.example/"]}""", false)]
    [InlineData("""{"iss":"x","redirect_uris":["https://app.example/cb"]}""", """{"initiate_login_uri":"https://evil.example/"}""", false)]
    [InlineData(
        """{"iss":"x","redirect_uris":["https://app.example/cb"],"jwks_uri":"https://10.0.0.1/"}""",
        """{"jwks_uri":"https://10.0.0.1/"}""", true)]
    public void A_software_statement_vouches_for_the_addresses_that_it_names(string statement, string more, bool isVouchedFor) =>
        Assert.Equal(isVouchedFor, Registered(RegistrationState.Open, statement, more).IsVouchedFor);

    [Fact]
    public void A_document_vouches_for_nothing()
    {
        var row = Row("{}");
        row.Properties = ClientColumns.WriteDocument([], new(DateTime.UnixEpoch, DateTime.UnixEpoch));
        row.ClientId = "https://publisher.example/client.json";
        var client = RegisteredClient.Of(row);
        Assert.False(client.IsVouchedFor);
        // But for its own host, where the operator has named that too, so that the document may come from inside.
        var documents = new ClientDocumentOptions { Mode = ClientDocumentMode.On };
        foreach (var (named, isInside) in new[] { ("publisher.example", true), ("other.example", false), ("", false) })
        {
            documents.AllowedDomains = named.Length > 0 ? [named] : [];
            Assert.Equal(named != "other.example", documents.Takes("publisher.example"));
            var trust = new ClientTrust(new(), _http, documents.Names);
            Assert.Same(
                isInside ? _http : _http.OfPublicHosts, trust.HttpFor(client, new("https://publisher.example/jwks.json")));
            Assert.Same(_http.OfPublicHosts, trust.HttpFor(client, new("https://other.example/jwks.json")));
        }
    }

    /// <summary>Its issuer may have lost its key, or the trust of the operator.</summary>
    [Fact]
    public void A_statement_counts_as_long_as_its_issuer_does()
    {
        const string statement = """{"iss":"https://issuer.example","redirect_uris":["https://app.example/cb"]}""";
        Assert.True(Registered(RegistrationState.Open, statement, isIssuer: iss => iss == "https://issuer.example").IsVouchedFor);
        Assert.False(Registered(RegistrationState.Open, statement, isIssuer: iss => iss == "https://other.example").IsVouchedFor);
        const string nameless = """{"redirect_uris":["https://app.example/cb"]}""";
        Assert.False(Registered(RegistrationState.Open, nameless, isIssuer: _ => true).IsVouchedFor);
        var (row, nobody) = (RowOf(RegistrationState.Open, statement, "{}"), new SoftwareStatementOptions());
        Assert.False(RegisteredClient.Of(row).IsVouchedFor);
        Assert.False(RegisteredClient.Of(row, isStatementIssuer: nobody.Issuers.ContainsKey).IsVouchedFor);
    }

    [Theory]
    [InlineData(Site, false)]
    [InlineData("https://known.example/cb", true)]
    [InlineData("https://www.known.example/cb", true)]
    [InlineData("https://unknown.example/cb", false)]
    [InlineData("https://known.example.evil.example/cb", false)]
    [InlineData("http://known.example/cb", false)]
    [InlineData("com.example.app:/cb", false)]
    [InlineData("com.evil.app://known.example/cb", false)]
    [InlineData("com.evil.app://localhost/cb", false)]
    [InlineData("com.evil.app://127.0.0.1/cb", false)]
    [InlineData("com.evil.app://[::1]/cb", false)]
    [InlineData("https://localhost:8443/cb", true)]
    [InlineData("http://127.0.0.1:4711/cb", true)]
    [InlineData("http://[::1]/cb", true)]
    [InlineData("http://localhost/cb", true)]
    public void A_browser_goes_by_itself_to_this_machine_and_to_domains_that_the_operator_trusts(string address, bool goes)
    {
        Assert.Equal(goes, Trust("known.example").MaySendBrowser(Registered(RegistrationState.Open), address));
        Assert.True(Trust().MaySendBrowser(Registered(by: null), address));
    }

    [Fact]
    public void Hosts_inside_are_for_clients_that_somebody_answers_for_and_for_trusted_domains()
    {
        var (inside, stranger) = (new Uri("https://inside.example/jwks.json"), Registered(RegistrationState.Open));
        Assert.Same(_http, Trust().HttpFor(Registered(by: null), inside));
        Assert.Same(_http.OfPublicHosts, Trust().HttpFor(stranger, inside));
        Assert.Same(_http, Trust("inside.example").HttpFor(stranger, inside));
        Assert.Same(_http.OfPublicHosts, Trust("inside.example").HttpFor(false, new("https://outside.example/jwks.json")));
    }

    /// <summary>OpenID Connect Core 8.1, CIBA Core 4.</summary>
    [Fact]
    public void A_sector_lists_every_redirect_address_and_where_the_client_is_called_back()
    {
        Assert.Equal(["https://a.example/1", "https://a.example/2"], Addresses("https://a.example/1", "https://a.example/2"));
        Assert.Equal(
            ["https://a.example/1", "https://a.example/told"],
            ClientSectors.AddressesOf(
                ["https://a.example/1"], new CibaMetadata { NotificationEndpoint = "https://a.example/told" }, "https://a/keys"));
        Assert.Equal(["https://a/keys"], ClientSectors.AddressesOf([], new CibaMetadata(), "https://a/keys"));
        IReadOnlyList<string> Addresses(params string[] uris) => ClientSectors.AddressesOf([.. uris], new CibaMetadata(), "https://a/keys");
    }

    private ClientTrust Trust(params string[] domains)
    {
        var options = new ClientTrustOptions { TrustedDomains = domains };
        options.Check(new SettingProblems());
        return new(options, _http, _ => false);
    }

    private static RegisteredClient Registered(
        string? by, string? statement = null, string more = "{}", Func<string, bool>? isIssuer = null) =>
        RegisteredClient.Of(RowOf(by, statement, more), isStatementIssuer: isIssuer ?? (_ => true));

    private static Client RowOf(string? by, string? statement, string more)
    {
        var row = Row(more);
        if (by is null) return row;
        var metadata = JsonNode.Parse(ClientColumns.ReadMetadata(row.Properties).GetRawText())!.AsObject();
        row.Properties = new RegistrationState("x", DateTime.UnixEpoch, by)
        {
            Statement = statement is null ? null : $"{Text("""{"alg":"ES256"}""")}.{Text(statement)}.AAAA",
        }.Write(metadata);
        return row;
    }

    private static Client Row(string more)
    {
        var metadata = JsonNode.Parse(more)!.AsObject();
        metadata["redirect_uris"] = new JsonArray(Site);
        return new()
        {
            ClientId = "a", RedirectUris = JsonSerializer.Serialize(new[] { Site }), Properties = ClientColumns.WriteMetadata(metadata),
        };
    }

    private static string Text(string json) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));
}
