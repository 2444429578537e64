using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AuthServer.Clients.Registration;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Protocol.Registration;

/// <summary>CIBA Core 1.0 section 4: a client that asks people who are elsewhere registers itself.</summary>
/// <remarks>It has this server write to people whom it names: the operator knows to whom an initial access token was given.</remarks>
public abstract class CibaRegistrationTests(RegistrationHost fixture)
{
    private const string Polling = """
        {"client_name":"Till","grant_types":["urn:openid:params:grant-type:ciba","authorization_code"],"scope":"openid",
         "redirect_uris":["https://bank.example/cb"],"client_uri":"https://bank.example/"}
        """;

    /// <summary>The answer does not go to its redirect address, so the address proves nothing.</summary>
    [Fact]
    public async Task The_page_names_no_domain_of_an_app_that_names_itself()
    {
        var app = (await fixture.NewClientAsync(Polling)).App(fixture.Issuer);
        Assert.True((await app.AskForPersonAsync(Seed.Bob.Email)).IsOk);
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(Seed.Bob);
        var list = await browser.OpenAsync("/approve");
        var page = await browser.OpenAsync(list.Document.QuerySelector("a[href*='/approve?request=']")!.GetAttribute("href")!);
        Assert.True(page.HasForm("/approve/decision"), page.ToString());
        Assert.Contains("Till", page.Document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("has registered itself", page.Document.Body.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("bank.example", list.Body, StringComparison.Ordinal);
    }

    /// <summary>Where registration was open when it came, and takes an initial access token today.</summary>
    [Fact]
    public async Task A_client_that_nobody_has_let_in_gets_no_ciba_by_a_later_change()
    {
        foreach (var isOpen in new[] { false, true })
        {
            var registered = await fixture.NewClientAsync();
            if (isOpen)
            {
                await fixture.Host.WithDatabaseAsync(async db =>
                {
                    var row = await db.Clients.SingleAsync(c => c.ClientId == registered.ClientId);
                    row.Properties = Regex.Replace(row.Properties!, "\"by\":\"[^\"]+\"", RegistrationState.OpenMark);
                    return await db.SaveChangesAsync();
                });
            }

            var change = JsonNode.Parse(Polling)!.AsObject();
            change["client_id"] = registered.ClientId;
            var (status, answer, _) = await fixture.SendAsync(HttpMethod.Put, registered.Address, change.ToJsonString(), registered.Token);
            Assert.Equal(isOpen ? HttpStatusCode.BadRequest : HttpStatusCode.OK, status);
            if (isOpen) Assert.Contains("CIBA", answer.GetProperty("error_description").GetString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_client_of_ciba_registers_itself_with_an_initial_access_token()
    {
        const string json = """
            {"grant_types":["urn:openid:params:grant-type:ciba"],"scope":"openid","backchannel_token_delivery_mode":"ping",
             "backchannel_client_notification_endpoint":"https://own.example/ciba","backchannel_user_code_parameter":false}
            """;
        var registered = await fixture.NewClientAsync(json);
        Assert.Equal(
            ("ping", "https://own.example/ciba"),
            (registered.Text("backchannel_token_delivery_mode"), registered.Text("backchannel_client_notification_endpoint")));
        foreach (var (part, other) in new[]
        {
            (",\"backchannel_client_notification_endpoint\":\"https://own.example/ciba\"", ""),
            ("https://own.example/ciba", "http://own.example/ciba"), ("https://own.example/ciba", "https://own.example/ciba#x"),
            ("\"ping\"", "\"telephone\""), ("false", "true"),
            ("false", "false,\"backchannel_authentication_request_signing_alg\":\"ES256\""),
            ("false", "false,\"jwks_uri\":\"https://own.example/k\",\"backchannel_authentication_request_signing_alg\":\"none\""),
        })
        {
            var wrong = json.Replace("\n", "", StringComparison.Ordinal).Replace(", ", ",", StringComparison.Ordinal)
                .Replace(part, other, StringComparison.Ordinal);
            var (status, answer, _) = await fixture.RegisterAsync(wrong, (await fixture.NewTokenAsync()).Text);
            Assert.Equal((HttpStatusCode.BadRequest, "invalid_client_metadata"), (status, answer.GetProperty("error").GetString()));
        }
    }
}

public sealed class CibaRegistrationOnSqlite(TokenRegistrationOnSqlite fixture)
    : CibaRegistrationTests(fixture), IClassFixture<TokenRegistrationOnSqlite>;

public sealed class CibaRegistrationOnPostgres(TokenRegistrationOnPostgres fixture)
    : CibaRegistrationTests(fixture), IClassFixture<TokenRegistrationOnPostgres>;
