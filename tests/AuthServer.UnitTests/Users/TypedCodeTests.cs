using AuthServer.Users.Proofs;

namespace AuthServer.UnitTests.Users;

/// <summary>Codes as people type them; one folding for codes of mails, of apps, and for recovery codes.</summary>
public sealed class TypedCodeTests
{
    [Theory]
    [InlineData("482913", "482913")]
    [InlineData(" 482 913 ", "482913")]
    [InlineData("482-913", "482913")]
    [InlineData("\u0664\u0668\u0662\u0669\u0661\u0663", "482913")]
    [InlineData("\u06F4\u06F8\u06F2\u06F9\u06F1\u06F3", "482913")]
    [InlineData("\u096A\u096E\u0968\u096F\u0967\u0969", "482913")]
    [InlineData("\uFF14\uFF18\uFF12\uFF19\uFF11\uFF13", "482913")]
    [InlineData("4829134", "4829134")]
    [InlineData("48291345678", "4829134")]
    [InlineData("abc", "")]
    [InlineData("\ud800", "")]
    public void Its_digits_are_read_however_they_are_typed(string typed, string digits) => Assert.Equal(digits, TypedCode.Digits(typed, 7));

    [Theory]
    [InlineData("abcd-efgh 2345", "abcdefgh2345")]
    [InlineData("\uFF41\uFF42\uFF23\uFF0D\uFF12", "abC2")]
    [InlineData("<\u0664>", "4")]
    [InlineData("", "")]
    public void Its_letters_and_digits_stay_and_nothing_else(string typed, string folded) => Assert.Equal(folded, TypedCode.Fold(typed));
}
