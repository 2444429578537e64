using System.Net;
using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>draft-ietf-oauth-client-id-metadata-document sections 3, 4, 5 and 8: what no person is asked about.</summary>
public sealed class RefusedDocumentTests(DocumentsOnSqlite fixture) : IClassFixture<DocumentsOnSqlite>
{
    private static readonly string[] Methods = ["client_secret_basic", "client_secret_post", "client_secret_jwt", "tls_client_auth"];

    private Publisher Publisher => fixture.Publisher;

    [Fact]
    public async Task The_client_id_in_the_document_is_the_address_letter_by_letter()
    {
        var path = "/mismatch.json";
        foreach (var other in new[]
        {
            Publisher.AddressOf("/other.json"), Publisher.AddressOf(path) + "?", Publisher.AddressOf(path.ToUpperInvariant()),
            Publisher.AddressOf(path, "APP.publisher.test"), Publisher.AddressOf("/mismatch%2ejson"), Publisher.AddressOf(path) + " ",
        })
        {
            Publisher.Publish(path, document => document["client_id"] = other);
            await RefusedAsync(Publisher.AddressOf(path));
            fixture.LetDocumentsExpire();
        }

        Publisher.Publish(path, document => document.Remove("client_id"));
        await RefusedAsync(Publisher.AddressOf(path));
        fixture.LetDocumentsExpire();
        // It can be answered at all.
        Publisher.Publish(path);
        await AskedAsync(Publisher.AddressOf(path));
    }

    [Fact]
    public async Task Each_client_id_has_one_spelling()
    {
        // The document answers for whatever it is asked as, so only the form of the address refuses.
        var port = Publisher.Port;
        foreach (var id in new[]
        {
            $"http://app.publisher.test:{port}/spelt.json", $"https://APP.publisher.test:{port}/spelt.json",
            $"https://app.publisher.test.:{port}/spelt.json", $"https://app.publisher.test:0{port}/spelt.json",
            $"https://user@app.publisher.test:{port}/spelt.json", $"https://@app.publisher.test:{port}/spelt.json",
            $"https://app.publisher.test:{port}/spelt.json#here", $"https://app.publisher.test:{port}/spelt.json#",
            $"https://app.publisher.test:{port}/x/../spelt.json", $"https://app.publisher.test:{port}/./spelt.json",
            $"https://app.publisher.test:{port}/x/%2e%2e/spelt.json", $"https://app.publisher.test:{port}/%73pelt.json",
            $"https://app.publisher.test:{port}\\spelt.json", $"https://app.publisher.test:{port}/spelt json",
            $"HTTPS://app.publisher.test:{port}/spelt.json", $" https://app.publisher.test:{port}/spelt.json",
            $"https://app.publisher.test:{port}", $"https://127.0.0.1:{port}/spelt.json", $"https://[::1]:{port}/spelt.json",
            $"https://[::ffff:127.0.0.1]:{port}/spelt.json", $"https://2130706433:{port}/spelt.json",
            $"https://app.publisher.test:{port}/{new string('a', 2048)}",
        })
        {
            Publisher.Publish("/spelt.json", document => document["client_id"] = id);
            await RefusedAsync(id);
        }

        Assert.Equal(0, Publisher.RequestsFor("/spelt.json"));
    }

    [Fact]
    public async Task A_document_holds_no_secret_and_needs_none()
    {
        foreach (var method in Methods)
        {
            Publisher.Publish("/secret.json", document => document["token_endpoint_auth_method"] = method);
            await RefusedAsync(Publisher.AddressOf("/secret.json"));
            fixture.LetDocumentsExpire();
        }

        Publisher.Publish("/secret.json", document => document["client_secret"] = "0123456789abcdef0123456789abcdef");
        await RefusedAsync(Publisher.AddressOf("/secret.json"));
        fixture.LetDocumentsExpire();
        Publisher.Publish("/secret.json", document => document["client_secret_expires_at"] = 0);
        await RefusedAsync(Publisher.AddressOf("/secret.json"));
        fixture.LetDocumentsExpire();
        Publisher.Publish("/secret.json", document =>
        {
            document["token_endpoint_auth_method"] = "private_key_jwt";
            document["jwks"] = JsonNode.Parse("""{"keys":[{"kty":"EC","crv":"P-256","x":"AA","y":"AA","d":"AA"}]}""");
        });
        await RefusedAsync(Publisher.AddressOf("/secret.json"));
        fixture.LetDocumentsExpire();
        Publisher.Publish("/secret.json", document => document["token_endpoint_auth_method"] = "private_key_jwt");
        await RefusedAsync(Publisher.AddressOf("/secret.json"));
    }

    [Fact]
    public async Task Only_an_answer_of_200_with_a_JSON_object_of_5_KB_counts()
    {
        var (path, good) = ("/answer.json", "");
        Publisher.Publish("/good.json", document =>
        {
            document["client_id"] = Publisher.AddressOf(path);
            good = document.ToJsonString();
        });
        (string Text, string Type, int Status)[] wrong =
        [
            (good, "text/html", 200), (good, "text/plain", 200), (good, "application/javascript", 200), (good, "text/x+json", 200),
            (good, "application/json", 201), (good, "application/json", 404), (good, "application/json", 500),
            (good[..^1], "application/json", 200), ("[" + good + "]", "application/json", 200), ("", "application/json", 200),
            ("null", "application/json", 200), (good[..^1] + ",\"client_id\":\"x\"}", "application/json", 200),
            (good[..^1] + ",\"x\":\"" + new string('a', 5 * 1024) + "\"}", "application/json", 200),
            (good[..^1] + ",\"client_name\":\"\\ud800\"}", "application/json", 200),
            (good[..^1] + ",\"x\":" + new string('[', 20) + new string(']', 20) + "}", "application/json", 200),
        ];
        foreach (var (text, type, status) in wrong)
        {
            Publisher.PublishText(path, text, type, status);
            await RefusedAsync(Publisher.AddressOf(path));
            fixture.LetDocumentsExpire();
        }

        Publisher.PublishText(path, good, "application/oauth+json; charset=utf-8");
        await AskedAsync(Publisher.AddressOf(path));
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Publisher.Publish("/target.json", document => document["client_id"] = Publisher.AddressOf("/redirect.json"));
        Publisher.PublishBy("/redirect.json", http =>
        {
            http.Response.Redirect("/target.json");
            return Task.CompletedTask;
        });
        await RefusedAsync(Publisher.AddressOf("/redirect.json"));
        Assert.Equal((1, 0), (Publisher.RequestsFor("/redirect.json"), Publisher.RequestsFor("/target.json")));
    }

    [Fact]
    public async Task A_slow_publisher_holds_nobody_up_for_long_and_is_asked_once_by_many()
    {
        Publisher.PublishBy("/slow.json", http => Task.Delay(TimeSpan.FromSeconds(30), TimeProvider.System, http.RequestAborted));
        var began = TimeProvider.System.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => RefusedAsync(Publisher.AddressOf("/slow.json"))));
        Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(25));
        Assert.Equal(1, Publisher.RequestsFor("/slow.json"));
    }

    [Fact]
    public async Task Denied_domains_and_those_that_are_not_allowed_are_not_asked()
    {
        Publisher.Publish("/denied.json", document => document["client_id"] = Publisher.AddressOf("/denied.json", "denied.publisher.test"));
        await RefusedAsync(Publisher.AddressOf("/denied.json", "denied.publisher.test"));
        await RefusedAsync(Publisher.AddressOf("/denied.json", "deeper.denied.publisher.test"));
        await RefusedAsync(Publisher.AddressOf("/denied.json", "evil.test"));
        await RefusedAsync(Publisher.AddressOf("/denied.json", "evilpublisher.test"));
        Assert.Equal(0, Publisher.RequestsFor("/denied.json"));
        Assert.DoesNotContain(fixture.LookedUp, host => host.Contains("denied", StringComparison.Ordinal));
        Assert.DoesNotContain(fixture.LookedUp, host => host.StartsWith("evil", StringComparison.Ordinal));
    }

    /// <summary>Whoever publishes chooses where their names lead. That a name is looked up once is a matter of SafeHttpTests.</summary>
    [Theory]
    [InlineData("loopback", "127.0.0.1")]
    [InlineData("mapped", "::ffff:127.0.0.1")]
    [InlineData("private", "10.0.0.1")]
    [InlineData("cloud", "169.254.169.254")]
    [InlineData("local", "fe80::1")]
    [InlineData("translated", "64:ff9b::7f00:1")]
    public async Task A_name_that_leads_inside_is_not_asked(string name, string address)
    {
        var host = name + ".publisher.test";
        fixture.Names[host] = IPAddress.Parse(address);
        Publisher.Publish($"/{name}.json", document => document["client_id"] = Publisher.AddressOf($"/{name}.json", host));
        await RefusedAsync(Publisher.AddressOf($"/{name}.json", host));
        Assert.Contains(host, fixture.LookedUp);
        Assert.Equal(0, Publisher.RequestsFor($"/{name}.json"));
    }

    [Fact]
    public async Task The_server_does_not_ask_itself()
    {
        await RefusedAsync(fixture.Issuer.Text + "/.well-known/openid-configuration");
        await RefusedAsync("https://auth.example.test:8443/client.json");
        Assert.DoesNotContain("auth.example.test", fixture.LookedUp);
    }

    [Theory]
    [InlineData("""{"redirect_uris":null}""")]
    [InlineData("""{"redirect_uris":[]}""")]
    [InlineData("""{"redirect_uris":["http://app.publisher.test/cb"]}""")]
    [InlineData("""{"redirect_uris":["https://app.publisher.test/*"]}""")]
    [InlineData("""{"redirect_uris":["javascript:alert(1)"]}""")]
    [InlineData("""{"redirect_uris":["https://app.publisher.test/cb","http://127.0.0.1/cb"],"application_type":"web"}""")]
    [InlineData("""{"grant_types":["client_credentials"]}""")]
    [InlineData("""{"grant_types":["urn:ietf:params:oauth:grant-type:token-exchange"]}""")]
    [InlineData("""{"response_types":["token"]}""")]
    [InlineData("""{"client_name":7}""")]
    [InlineData("""{"client_name":"two\nlines"}""")]
    [InlineData("""{"logo_uri":"javascript:alert(1)"}""")]
    [InlineData("""{"policy_uri":"javascript:alert(1)"}""")]
    public async Task The_rules_of_registrations_hold(string change)
    {
        Publisher.Publish("/rules.json", document =>
        {
            foreach (var (name, value) in JsonNode.Parse(change)!.AsObject()) document[name] = value?.DeepClone();
        });
        fixture.LetDocumentsExpire();
        await RefusedAsync(Publisher.AddressOf("/rules.json"));
    }

    private async Task<Page> OpenAsync(string clientId)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        return await browser.OpenAsync(fixture.App(clientId).NewRequest("openid").Address);
    }

    private async Task RefusedAsync(string clientId)
    {
        var page = await OpenAsync(clientId);
        Assert.True(page is { LeftTo: null, Status: HttpStatusCode.BadRequest } && !page.HasForm("/consent"), $"{clientId}: {page}");
        // What the server reaches is nothing for strangers.
        Assert.DoesNotContain("Unreachable", page.Body, StringComparison.Ordinal);
        Assert.Equal(0, await fixture.CountRowsAsync(clientId));
    }

    private async Task AskedAsync(string clientId) => Assert.True((await OpenAsync(clientId)).HasForm("/consent"));
}
