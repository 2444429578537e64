using AuthServer.Email.Letters;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Accounts.Recovery;

/// <summary>REGISTRATION_REVEALS_TAKEN_EMAIL=false holds with EMAIL_CONFIRMATION=off too.</summary>
public sealed class UnrevealedChangeTests(UnrevealedSqlite fixture) : IClassFixture<UnrevealedSqlite>
{
    [Theory]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    public async Task A_taken_address_by_the_api_waits_for_its_proof_like_a_free_one(string method)
    {
        var (person, owner) = (await fixture.NewPersonAsync(confirmed: true), await fixture.NewPersonAsync());
        var api = await ApiClient.SignInAsync(fixture.Host, person, "openid account:read account:write");
        foreach (var email in new[] { $"{Guid.CreateVersion7():N}@example.test", owner.Email })
        {
            var answer = await MailFixture.ChangeEmailAsync(api, method, email);
            Assert.Equal(person.Email, answer.Text("email"));
            Assert.NotNull(answer.Json.GetProperty("email_change").GetProperty("request").GetString());
        }

        await fixture.LatestAsync<AccountExistsLetter>(owner.Email);
    }
}

public sealed class UnrevealedSqlite() : MailFixture(DatabaseKind.Sqlite)
{
    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["EMAIL_CONFIRMATION"] = "off",
        ["REGISTRATION_REVEALS_TAKEN_EMAIL"] = "false",
    };
}
