using System.Text;
using AuthServer.JsonApi;
using AuthServer.UnitTests.Fuzzing;
using Microsoft.Extensions.Primitives;

namespace AuthServer.UnitTests.JsonApi;

/// <summary>The Authorization header of RFC 6750 section 2.1, by the grammar of RFC 9110 section 11.</summary>
public sealed class BearerSchemeTests
{
    [Theory]
    [InlineData("Bearer mF_9.B5f-4.1JqM", "mF_9.B5f-4.1JqM")]
    [InlineData("bearer a", "a")]
    [InlineData("BEARER a", "a")]
    [InlineData("Bearer   a", "a")]
    [InlineData("Bearer a==", "a==")]
    [InlineData("Bearer a~+/._-9", "a~+/._-9")]
    public void A_token_follows_the_scheme(string header, string token) => Assert.Equal(new(true, token), BearerScheme.Read(header));

    [Theory]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer    ")]
    [InlineData("Bearer =")]
    [InlineData("Bearer a=b")]
    [InlineData("Bearer a b")]
    [InlineData("Bearer a,b")]
    [InlineData("Bearer a, Basic b")]
    [InlineData("Bearer \"a\"")]
    [InlineData("Bearer \ta")]
    [InlineData("Bearer \u00e9")]
    public void An_attempt_without_the_form_of_a_token_is_one_without_a_token(string header) =>
        Assert.Equal(new(true, null), BearerScheme.Read(header));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" Bearer a")]
    [InlineData("Basic YTpi")]
    [InlineData("DPoP a.b.c")]
    [InlineData("Bearera b")]
    [InlineData("Bearer\ta")]
    [InlineData("Beare")]
    public void Another_scheme_is_no_attempt(string? header) => Assert.Equal(default, BearerScheme.Read(header));

    [Theory]
    [InlineData("Bearer a", "Bearer a", true)]
    [InlineData("Basic a", "Bearer a", true)]
    [InlineData("Bearer a", "", true)]
    [InlineData("Basic a", "Basic a", false)]
    public void Of_two_headers_none_counts(string first, string second, bool presented) =>
        Assert.Equal(new(presented, null), BearerScheme.Read(new StringValues([first, second])));

    [Theory]
    [InlineData(null, null, "Bearer")]
    [InlineData("invalid_token", null, "Bearer error=\"invalid_token\"")]
    [InlineData("insufficient_scope", "a b", "Bearer error=\"insufficient_scope\", scope=\"a b\"")]
    public void The_challenge_names_what_is_wrong(string? error, string? scope, string expected) =>
        Assert.Equal(expected, BearerScheme.Challenge(error, scope));

    [Fact]
    public void No_header_is_thrown_at_and_a_token_has_only_its_letters() => Fuzz.Run([0, 1, 2, 3], dice =>
    {
        var text = new StringBuilder(dice.Of("Bearer ", "bearer ", "Bearer", "Basic ", "", "DPoP "));
        for (var n = dice.Below(12); n > 0; n--)
        {
            text.Append(
                dice.Of("=", " ", ",", "\0", "\ud800", "\u00ff", "\"", "Bearer ", dice.Word(4), ((char)dice.Below(65_536)).ToString()));
        }
        var read = BearerScheme.Read(
            dice.Percent(90) ? text.ToString() : new StringValues([text.ToString(), dice.Of("", "Bearer x", null)]));
        Assert.True(read.Token is null





















                                                                                                || (read.Presented && read.Token.All(
                                                                                                    c => char.IsAsciiLetterOrDigit(c)
                                                                                                        || "-._~+/=".Contains(
                                                                                                            c, StringComparison.Ordinal))),
                                                                                                                text.ToString());
    });
}
