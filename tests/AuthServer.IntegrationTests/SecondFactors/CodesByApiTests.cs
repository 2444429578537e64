using System.Net;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>SECOND_FACTOR=all: the recovery codes of a passkey that an app has made.</summary>
public sealed class CodesByApiTests(PolicyTests.AllHost all) : IClassFixture<PolicyTests.AllHost>
{
    [Fact]
    public async Task A_new_passkey_by_the_api_brings_recovery_codes_once()
    {
        const string Passkeys = "/v1/account/passkeys";
        var (person, _) = await EnrolledPerson.RegisterAsync(all);
        using var device = await Ceremony.EnrolAsync(all, person.Email);
        var (browser, _) = await Ceremony.SignInAsync(all, device, person.Email);
        var app = Seed.Console(all.Issuer);
        var api = new ApiClient(
            all.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        Assert.Equal(10, (await AddAsync()).GetProperty("recovery_codes").GetArrayLength());
        Assert.False((await AddAsync()).TryGetProperty("recovery_codes", out _));
        Assert.Equal(10, (await api.GetAsync("/v1/account/second-factors")).Json.GetProperty("recovery_codes_left").GetInt32());
        Assert.DoesNotContain("recovery_codes", (await api.GetAsync(Passkeys)).Body, StringComparison.Ordinal);

        async Task<JsonElement> AddAsync()
        {
            var asked = (await api.PostAsync(Passkeys + "/options", "")).Expect(HttpStatusCode.OK).Json;
            using var next = new SoftAuthenticator(all.Issuer);
            var (state, credential) = (asked.GetProperty("state").GetString(), next.Create(asked.GetProperty("options")));
            return (await api.PostAsync(Passkeys, $$"""{"state":"{{state}}","credential":{{credential}}}"""))
                .Expect(HttpStatusCode.Created).Json;
        }
    }
}
