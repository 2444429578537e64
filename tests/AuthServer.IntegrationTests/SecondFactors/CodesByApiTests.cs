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

    [Fact]
    public async Task An_app_that_is_removed_beside_a_passkey_leaves_recovery_codes()
    {
        var person = new Person($"{Guid.CreateVersion7():N}@example.test", "Orange-Kettle-19");
        var newcomer = all.Host.NewBrowser();
        var page = await newcomer.SubmitAsync(
            await newcomer.OpenAsync("/signup"), "/signup", ("email", person.Email), ("password", person.Password));
        var enrolled = await EnrolledPerson.EnrolAsync(all, person, newcomer, page);
        using var device = await Ceremony.EnrolAsync(all, enrolled.Person.Email);
        var (browser, _) = await Ceremony.SignInAsync(all, device, enrolled.Person.Email);
        var app = Seed.Console(all.Issuer);
        var api = new ApiClient(
            all.Issuer, (await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, ApiClient.FullAccess))).AccessToken);
        var codes = (await api.PostAsync("/v1/account/second-factors/removal", new { code = enrolled.RecoveryCodes[0] }))
            .Expect(HttpStatusCode.OK).Json.GetProperty("recovery_codes");
        Assert.Equal(10, codes.EnumerateArray().Select(c => c.GetString()).Except(enrolled.RecoveryCodes).Count());
        Assert.Equal(10, (await api.GetAsync("/v1/account/second-factors")).Json.GetProperty("recovery_codes_left").GetInt32());
    }
}
