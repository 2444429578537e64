using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Told;

/// <summary>Claims under names of the client itself (<c>claims_mapping</c>): each where it is registered, none without its scope.</summary>
public abstract class MappedClaimTests(ToldHost fixture)
{
    private static readonly string[] Names = ["login", "teams", "tenant", "plan", "place", "preferred_username"];

    private ClientApp App => fixture.Mapped;

    [Fact]
    public async Task Each_claim_stands_where_it_is_registered_and_with_its_source_and_its_type()
    {
        var tokens = await SignInAsync("openid profile email groups tenant offline_access");
        foreach (var answer in new[] { tokens, await App.RefreshAsync(tokens.RefreshToken) })
        {
            Assert.Equal(
                """{"login":"alice@example.test","place":"Europe/Zurich","preferred_username":"alice@example.test"}""",
                Told(Payload(answer.Text("id_token")!)));
            Assert.Equal(
                """{"login":"alice@example.test","teams":[],"preferred_username":"alice"}""",
                Told((await App.UserInfoAsync(answer.AccessToken)).Json));
            Assert.Equal("""{"teams":[],"tenant":["north","2"],"plan":true}""", Told(Payload(answer.AccessToken)));
            Assert.Equal("""{"teams":[],"tenant":["north","2"],"plan":true}""", Told((await App.IntrospectAsync(answer.AccessToken)).Json));
        }
    }

    [Fact]
    public async Task Roles_have_another_name_where_it_is_registered()
    {
        var tokens = await SignInAsync("openid groups", ToldHost.Dora);
        Assert.Equal("""{"teams":["admin","editor","ops:night"]}""", Told((await App.UserInfoAsync(tokens.AccessToken)).Json));
    }

    /// <summary>A mapping gives names and no rights: what the person has not granted is not told under another name.</summary>
    [Fact]
    public async Task Nothing_is_told_whose_scope_was_not_granted()
    {
        var tokens = await SignInAsync("openid offline_access");
        foreach (var claims in new[]
        {
            Payload(tokens.Text("id_token")!), (await App.UserInfoAsync(tokens.AccessToken)).Json, Payload(tokens.AccessToken),
        })
        {
            Assert.DoesNotContain(Seed.Alice.Email, claims.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("Zurich", claims.GetRawText(), StringComparison.Ordinal);
            Assert.DoesNotContain("north", claims.GetRawText(), StringComparison.Ordinal);
        }

        Assert.Equal("""{"plan":true}""", Told(Payload(tokens.AccessToken)));
        Assert.Equal("{}", Told(Payload(tokens.Text("id_token")!)));
        // Of fewer scopes at a refresh too.
        var all = await SignInAsync("openid email offline_access");
        Assert.Equal("{}", Told(Payload((await App.RefreshAsync(all.RefreshToken, ("scope", "openid"))).Text("id_token")!)));
    }

    /// <summary>What people write about themselves stays a text, whatever it looks like.</summary>
    [Fact]
    public async Task A_value_of_a_person_never_becomes_structure()
    {
        var tokens = await SignInAsync("openid email profile", ToldHost.Eve);
        foreach (var claims in new[] { Payload(tokens.Text("id_token")!), (await App.UserInfoAsync(tokens.AccessToken)).Json })
        {
            Assert.False(claims.TryGetProperty("admin", out _));
            Assert.Equal(ToldHost.EvesNickname, claims.GetProperty("called").GetString());
            Assert.Equal(claims.EnumerateObject().Count(), claims.EnumerateObject().DistinctBy(m => m.Name).Count());
        }
    }

    [Fact]
    public async Task A_client_on_its_own_behalf_has_the_constants_and_nothing_of_a_person()
    {
        var own = await App.ClientCredentialsAsync("tenant");
        Assert.True(own.IsOk, own.Body);
        Assert.Equal("""{"tenant":["north","2"],"plan":true}""", Told(Payload(own.AccessToken)));
    }

    private static string Told(JsonElement claims) => "{" + string.Join(',', Names.Where(name => claims.TryGetProperty(name, out _))
        .Select(name => $"\"{name}\":{claims.GetProperty(name).GetRawText()}")) + "}";

    private static JsonElement Payload(string token) =>
        JsonElement.Parse(Microsoft.IdentityModel.Tokens.Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));

    private async Task<TokenAnswer> SignInAsync(string scope, Person? person = null)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person ?? Seed.Alice);
        var tokens = await App.RedeemCodeAsync(await browser.AuthorizeAsync(App, scope));
        Assert.True(tokens.IsOk, tokens.Body);
        return tokens;
    }
}

public sealed class MappedClaimOnSqliteTests(ToldHost.OnSqlite fixture) : MappedClaimTests(fixture), IClassFixture<ToldHost.OnSqlite>;

public sealed class MappedClaimOnPostgresTests(ToldHost.OnPostgres fixture) : MappedClaimTests(fixture), IClassFixture<ToldHost.OnPostgres>;
