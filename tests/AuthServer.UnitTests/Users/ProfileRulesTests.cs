using AuthServer.Data.Entities;
using AuthServer.Users.Profile;

namespace AuthServer.UnitTests.Users;

/// <summary>What people may say about themselves (OpenID Connect Core 5.1), and what becomes of the stored claims.</summary>
public sealed class ProfileRulesTests
{
    private static readonly DateTime Today = new(2026, 11, 29, 12, 0, 0, DateTimeKind.Utc);

    [Theory]
    [InlineData("given_name", " Zoe\u0301 ", "Zoé")]
    [InlineData("nickname", "\u202eevil", "evil")]
    [InlineData("gender", "  ", null)]
    [InlineData("birthdate", "1990-05-04", "1990-05-04")]
    [InlineData("birthdate", "0000-02-29", "0000-02-29")]
    [InlineData("birthdate", "1990", "1990")]
    [InlineData("picture", "https://example.com/me.png?size=2", "https://example.com/me.png?size=2")]
    [InlineData("website", "http://example.com/", "http://example.com/")]
    [InlineData("phone_number", "+44 (0)20/7946-0958", "+442079460958")]
    [InlineData("locale", "pt-BR", "pt-BR")]
    [InlineData("zoneinfo", "Europe/Berlin", "Europe/Berlin")]
    [InlineData("country", "Côte d’Ivoire", "Côte d’Ivoire")]
    public void A_value_is_kept_in_the_form_of_the_standard(string member, string typed, string? kept) =>
        Assert.Equal((kept, (ProfileProblem?)null), ProfileRules.Judge(member, typed, Today));

    [Theory]
    [InlineData("birthdate", "04/05/1990", ProfileProblem.NotADate)]
    [InlineData("birthdate", "2027-01-01", ProfileProblem.NotADate)]
    [InlineData("birthdate", "1990-02-30", ProfileProblem.NotADate)]
    [InlineData("birthdate", "3000", ProfileProblem.NotADate)]
    [InlineData("birthdate", "1\u0669\u0669\u0660", ProfileProblem.NotADate)]
    [InlineData("phone_number", "+4\u0664\u0664\u0664\u0664\u0664\u0664", ProfileProblem.NotAPhoneNumber)]
    [InlineData("picture", "http://example.com/me.png", ProfileProblem.NotAnAddressOfTheWeb)]
    [InlineData("picture", "javascript:alert(1)", ProfileProblem.NotAnAddressOfTheWeb)]
    [InlineData("picture", "data:image/png;base64,AA", ProfileProblem.NotAnAddressOfTheWeb)]
    [InlineData("website", "https://user:secret@example.com/", ProfileProblem.NotAnAddressOfTheWeb)]
    [InlineData("website", "example.com", ProfileProblem.NotAnAddressOfTheWeb)]
    [InlineData("phone_number", "020 7946 0958", ProfileProblem.NotAPhoneNumber)]
    [InlineData("phone_number", "+44 call me", ProfileProblem.NotAPhoneNumber)]
    [InlineData("locale", "plain english", ProfileProblem.NotALanguage)]
    [InlineData("zoneinfo", "../etc/passwd", ProfileProblem.NotATimeZone)]
    [InlineData("zoneinfo", "Middle/Earth", ProfileProblem.NotATimeZone)]
    public void Anything_else_is_refused(string member, string typed, ProfileProblem problem) =>
        Assert.Equal((null, problem), ProfileRules.Judge(member, typed, Today));

    [Fact]
    public void What_followed_from_a_former_value_goes_with_it()
    {
        var user = new User
        {
            FirstName = "Alice",
            Claims = """
                {"name":"Alice B.","nickname":"Al","phone_number":"+441","phone_number_verified":true,"preferred_username":"alice",
                "address":{"formatted":"1 Main St, Oxford","street_address":"1 Main St","locality":"Oxford"}}
                """,
        };
        Assert.Equal("1 Main St", OwnProfile.Of(user)["street_address"]);
        Assert.False(OwnProfile.Of(user).ContainsKey("preferred_username"));

        var claims = OwnProfile.ClaimsOf(user, new Dictionary<string, string?>
        {
            ["given_name"] = "Alicia", ["phone_number"] = "+442079460958", ["locality"] = "London",
        });
        Assert.Equal(
            """{"nickname":"Al","phone_number":"\u002B442079460958","preferred_username":"alice","""
            + "\"address\":{\"street_address\":\"1 Main St\",\"locality\":\"London\"}}",
            claims);
        var bare = new User { Claims = """{"nickname":"Al"}""" };
        Assert.Null(OwnProfile.ClaimsOf(bare, new Dictionary<string, string?> { ["nickname"] = null }));
        // What is not touched stays as it is.
        var other = OwnProfile.ClaimsOf(user, new Dictionary<string, string?> { ["nickname"] = "A" });
        Assert.Contains("Alice B.", other, StringComparison.Ordinal);
    }
}
