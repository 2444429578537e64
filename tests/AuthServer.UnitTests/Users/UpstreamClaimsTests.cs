using System.Security.Claims;
using AuthServer.Users.Providers;
using AuthServer.Users.Upstream;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Users;

/// <summary>OpenID Connect Core 2: who it is that a provider names. Each text goes into the database as it is, or not at all.</summary>
public sealed class UpstreamClaimsTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData("248289761001")]
    [InlineData("uid=ada, ou=people")]
    [InlineData("~!@#$%^&*()")]
    public void A_subject_is_kept_as_it_is(string subject) => Assert.Equal(subject, Read(("sub", subject))?.Subject);

    [Theory]
    [InlineData("a\0b")]
    [InlineData("\0")]
    [InlineData("a\nb")]
    [InlineData("a\u007f")]
    [InlineData("аda")]
    [InlineData("")]
    public void One_that_is_not_ASCII_names_nobody(string subject) => Assert.Null(Read(("sub", subject)));

    [Fact]
    public void Nor_does_one_that_is_too_long()
    {
        Assert.NotNull(Read(("sub", new('a', 255))));
        Assert.Null(Read(("sub", new('a', 256))));
        Assert.Null(Read(("sub", "a\ud800")));
    }

    /// <summary>Each tenant of Microsoft is an issuer of its own.</summary>
    [Fact]
    public void Nor_does_an_issuer_with_what_no_database_takes()
    {
        Assert.NotNull(Read(Microsoft, ("iss", "https://login.microsoftonline.com/tenant/v2.0"), ("sub", "a")));
        Assert.Null(Read(Microsoft, ("iss", "https://login.microsoftonline.com/ten\0ant/v2.0"), ("sub", "a")));
    }

    [Fact]
    public void What_else_it_says_is_cleaned()
    {
        var person = Read(
            ("sub", "a"), ("preferred_username", "a\0da"), ("given_name", "A\0da"), ("family_name", "\0"), ("email", "a\0@b.example"))!;
        Assert.Equal(("ada", "Ada", null, null), (person.Label, person.FirstName, person.LastName, person.Email));
    }

    private static UpstreamProvider Company => New(UpstreamPreset.Oidc, "https://issuer.example");

    private static UpstreamProvider Microsoft => New(UpstreamPreset.Microsoft, "https://login.microsoftonline.com/common/v2.0");

    private static UpstreamProvider New(UpstreamPreset preset, string issuer) => new()
    {
        Name = "p", Label = "P", Preset = preset, Issuer = issuer, ClientId = "c", Scopes = ["openid"],
    };

    private UpstreamIdentity? Read(params (string Name, string Value)[] claims) =>
        Read(Company, [("iss", "https://issuer.example"), .. claims]);

    private UpstreamIdentity? Read(UpstreamProvider provider, params (string Name, string Value)[] claims)
    {
        var end = _time.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);
        var signed = new ClaimsPrincipal(new ClaimsIdentity(claims.Append(("exp", end)).Select(c => new Claim(c.Item1, c.Item2))));
        return new UpstreamClaims(signed, userInfo: null).ToIdentity(provider, address: null, _time);
    }
}
