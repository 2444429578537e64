using System.Text;
using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Users;

public sealed class PasswordPolicyTests
{
    private const string Email = "alice.liddell@example.com";

    private static readonly PasswordPolicy Full = new(new PasswordOptions());
    private static readonly PasswordPolicy LengthAlone = new(new PasswordOptions { Complexity = PasswordComplexity.None });

    [Theory]
    [InlineData("Vexing-Harbour-42")]
    [InlineData("Tr0mbone!")]
    [InlineData("Ärger mit 7 Zwergen")]
    [InlineData("Жуткий пароль 9")]
    public void A_good_password_has_no_problem(string password) => Assert.Empty(Full.Judge(password, Email));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Assert.Equal(
            [PasswordProblem.TooShort, PasswordProblem.NeedsUpper, PasswordProblem.NeedsLower, PasswordProblem.NeedsDigit, PasswordProblem.NeedsOther],
            Full.Judge("", Email));
        Assert.Equal([PasswordProblem.NeedsUpper, PasswordProblem.NeedsDigit, PasswordProblem.NeedsOther], Full.Judge("harbourlight", Email));
    }

    [Theory]
    [InlineData("vexing-harbour-42", PasswordProblem.NeedsUpper)]
    [InlineData("VEXING-HARBOUR-42", PasswordProblem.NeedsLower)]
    [InlineData("Vexing-Harbour", PasswordProblem.NeedsDigit)]
    [InlineData("VexingHarbour42", PasswordProblem.NeedsOther)]
    [InlineData("Ve-h42x", PasswordProblem.TooShort)]
    public void One_missing_thing_is_named(string password, PasswordProblem problem) => Assert.Equal([problem], Full.Judge(password, Email));

    [Fact]
    public void Length_counts_code_points_after_composition()
    {
        // Eight keys for the person, sixteen UTF-16 units or combining marks for the program.
        Assert.Empty(LengthAlone.Judge("🦊🐻🦁🐯🐨🐼🐸🐙", Email));
        Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge("🦊🐻🦁🐯🐨🐼🐸", Email));
        Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge("e\u0301e\u0301e\u0301e\u0301", Email));
    }

    [Fact]
    public void At_most_128_code_points_are_accepted()
    {
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => new Rune(0x1F600 + (i % 64))));
        Assert.Empty(LengthAlone.Judge(longest, Email));
        Assert.Equal([PasswordProblem.TooLong], LengthAlone.Judge(longest + "x", Email));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("PassWord")]
    [InlineData("1qaz2wsx")]
    [InlineData("Sunshine")]
    public void A_common_password_is_refused_whatever_its_case(string password) => Assert.Equal([PasswordProblem.TooCommon], LengthAlone.Judge(password, Email));

    [Fact]
    public void A_common_password_that_has_everything_is_refused() => Assert.Equal([PasswordProblem.TooCommon], Full.Judge("P@ssw0rd", Email));

    [Theory]
    [InlineData("Alice.Liddell@Example.com")]
    [InlineData("alice.liddell")]
    public void The_own_email_address_is_no_password(string password) => Assert.Equal([PasswordProblem.TooCommon], LengthAlone.Judge(password, Email));

    [Fact]
    public void Without_complexity_a_long_sentence_is_enough() => Assert.Empty(LengthAlone.Judge("correct horse battery staple", Email));

    [Fact]
    public void What_cannot_be_normalized_is_judged_and_not_a_crash() =>
        Assert.All(["abc\ud800", "\udc00abc", "\ufffe", "\U0001fffe"], text => Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge(text, "x" + text + "@x")));

    [Fact]
    public void Every_problem_has_a_sentence() =>
        Assert.All(Enum.GetValues<PasswordProblem>(), problem => Assert.EndsWith(".", PasswordRules.Describe(problem), StringComparison.Ordinal));
}
