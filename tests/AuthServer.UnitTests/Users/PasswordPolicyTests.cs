using System.Text;
using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Users;

public sealed class PasswordPolicyTests
{
    private const string Email = "alice.liddell@example.com";

    private static readonly PasswordOwner Owner = new(Email, "Alice", "Liddell");
    private static readonly PasswordPolicy Full = new(new PasswordOptions(), "Wonderland Books");
    private static readonly PasswordPolicy LengthAlone = new(new PasswordOptions { Complexity = PasswordComplexity.None });

    [Theory]
    [InlineData("Vexing-Harbour-42")]
    [InlineData("gV7!qLz2")]
    [InlineData("Ärger mit 7 Zwergen")]
    [InlineData("Жуткий пароль 9")]
    public void A_good_password_has_no_problem(string password) => Assert.Empty(Full.Judge(password, Owner));

    [Fact]
    public void All_problems_are_told_at_once()
    {
        Assert.Equal(
            [PasswordProblem.TooShort, PasswordProblem.NeedsUpper, PasswordProblem.NeedsLower, PasswordProblem.NeedsDigit,
                PasswordProblem.NeedsOther],
            Full.Judge("", Owner));
        Assert.Equal(
            [PasswordProblem.NeedsUpper, PasswordProblem.NeedsDigit, PasswordProblem.NeedsOther], Full.Judge("harbourlight", Owner));
    }

    [Theory]
    [InlineData("vexing-harbour-42", PasswordProblem.NeedsUpper)]
    [InlineData("VEXING-HARBOUR-42", PasswordProblem.NeedsLower)]
    [InlineData("Vexing-Harbour", PasswordProblem.NeedsDigit)]
    [InlineData("VexingHarbour42", PasswordProblem.NeedsOther)]
    [InlineData("Ve-h42x", PasswordProblem.TooShort)]
    public void One_missing_thing_is_named(string password, PasswordProblem problem) =>
        Assert.Equal([problem], Full.Judge(password, Owner));

    [Fact]
    public void Length_counts_code_points_after_composition()
    {
        // Eight keys for the person, sixteen UTF-16 units or combining marks for the program.
        Assert.Empty(LengthAlone.Judge("🦊🐻🦁🐯🐨🐼🐸🐙", Owner));
        Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge("🦊🐻🦁🐯🐨🐼🐸", Owner));
        Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge("e\u0301e\u0301e\u0301e\u0301", Owner));
    }

    [Fact]
    public void At_most_128_code_points_are_accepted()
    {
        var longest = string.Concat(Enumerable.Range(0, 128).Select(i => new Rune(0x1F600 + (i % 64))));
        Assert.Empty(LengthAlone.Judge(longest, Owner));
        Assert.Equal([PasswordProblem.TooLong], LengthAlone.Judge(longest + "x", Owner));
    }

    [Theory]
    [InlineData("password")]
    [InlineData("PassWord")]
    [InlineData("1qaz2wsx")]
    [InlineData("Sunshine")]
    public void A_common_password_is_refused_whatever_its_case(string password) =>
        Assert.Equal([PasswordProblem.TooCommon], LengthAlone.Judge(password, Owner));

    [Fact]
    public void A_common_password_that_has_everything_is_refused() =>
        Assert.Equal([PasswordProblem.TooCommon], Full.Judge("P@ssw0rd", Owner));

    [Theory]
    [InlineData("Alice.Liddell@Example.com")]
    [InlineData("alice.liddell")]
    public void The_own_email_address_is_no_password(string password) =>
        Assert.Equal([PasswordProblem.ContainsOwnWord], LengthAlone.Judge(password, Owner));

    [Theory]
    [InlineData("Password1!")]
    [InlineData("P@ssword1")]
    [InlineData("Welcome1!")]
    [InlineData("Qwerty123!")]
    [InlineData("Admin123!")]
    [InlineData("Passw0rd!")]
    [InlineData("P@$$w0rd")]
    [InlineData("Summer2026!")]
    [InlineData("Iloveyou1!")]
    [InlineData("Monkey-Dragon-1")]
    public void A_common_word_with_signs_that_satisfies_every_rule_is_refused(string password) =>
        Assert.Equal([PasswordProblem.TooCommon], Full.Judge(password, Owner));

    [Theory]
    [InlineData("Liddell-17!")]
    [InlineData("Alice1990!")]
    [InlineData("Wonderland-1")]
    public void A_password_made_of_the_own_name_or_the_name_of_the_server_is_refused(string password) =>
        Assert.Equal([PasswordProblem.ContainsOwnWord], Full.Judge(password, Owner));

    [Theory]
    [InlineData("1234567891234")]
    [InlineData("zzzzzzzzzzzzzzzzzzzzzzzzzzzz")]
    public void A_sequence_or_a_repetition_is_refused(string password) =>
        Assert.Contains(Assert.Single(LengthAlone.Judge(password, Owner)), new[] { PasswordProblem.TooSimple, PasswordProblem.TooCommon });

    [Fact]
    public void Common_words_over_and_over_are_refused_at_any_length() =>
        Assert.Equal([PasswordProblem.TooCommon], LengthAlone.Judge(string.Concat(Enumerable.Repeat("p@$$w0rd!", 14)), Owner));

    [Fact]
    public void A_generated_password_is_accepted()
    {
        var letters = Enumerable.Range(33, 94).Select(c => (char)c).ToArray();
        for (var i = 0; i < 100; i++)
        {
            Assert.Empty(
                LengthAlone.Judge(new string(System.Security.Cryptography.RandomNumberGenerator.GetItems<char>(letters, 12)), Owner));
        }
    }

    [Fact]
    public void Of_a_long_password_only_the_beginning_is_estimated_so_the_cost_is_bounded()
    {
        Full.Judge("Vexing-Harbour-42", Owner);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        for (var i = 0; i < 10; i++)
        {
            LengthAlone.Judge(new string((char)('a' + i), 20) + string.Concat(Enumerable.Range(0, 54).Select(n => n % 10 * 7)), Owner);
        }
        // 10 ms each on a free machine; 128 characters unbounded would take 300 ms each.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Without_complexity_a_long_sentence_is_enough() => Assert.Empty(LengthAlone.Judge("correct horse battery staple", Owner));

    [Fact]
    public void What_cannot_be_normalized_is_judged_and_not_a_crash() =>
        Assert.All(
            ["abc\ud800", "\udc00abc", "\ufffe", "\U0001fffe"], text =>
                Assert.Equal([PasswordProblem.TooShort], LengthAlone.Judge(text, new("x" + text + "@x", text, text))));

    [Fact]
    public void Every_problem_has_a_sentence() =>
        Assert.All(
            Enum.GetValues<PasswordProblem>(), problem => Assert.EndsWith(".", PasswordRules.Describe(problem), StringComparison.Ordinal));
}
