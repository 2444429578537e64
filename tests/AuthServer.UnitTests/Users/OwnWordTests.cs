using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Users;

/// <summary>A person's own names are no password, however they are written; ADR 0013.</summary>
public sealed class OwnWordTests
{
    private static readonly PasswordPolicy Full = new(new PasswordOptions(), "Wonderland Books", "id.example.org");
    private static readonly PasswordPolicy LengthAlone = new(new PasswordOptions { Complexity = PasswordComplexity.None });

    [Theory]
    [InlineData("Alice", "Liddell", "al@example.com", "LiDdElL-83642917!")]
    [InlineData("Alice", "Liddell", "al@example.com", "L1dd3ll!!2026")]
    [InlineData("Alice", "Liddell", "al@example.com", "llEddil#4711")]
    [InlineData("Alice", "Liddell", "al@example.com", "A.liddell-1862")]
    [InlineData("Alice", "Liddell", "al@example.com", "AliceLiddell1852!?")]
    [InlineData("Jürgen", "Müßiggänger", "x@example.com", "Mussigganger1!")]
    [InlineData("Jürgen", "Müller", "x@example.com", "Mueller-2468!")]
    [InlineData("Jürgen", "Müller", "x@example.com", "Juergen-Muller-7!")]
    [InlineData("Zażółć", "Gęślą", "x@example.com", "Zazolc-19283746")]
    [InlineData("Jean-Luc", "O'Brien", "x@example.com", "JeanLuc.OBrien.9")]
    [InlineData(null, null, "maria.schneider84@mailbox.example", "MariaSchneider84!")]
    [InlineData(null, null, "maria.schneider84@mailbox.example", "Mailbox-93847561!")]
    [InlineData("Иван", "Петров", "x@example.com", "Петров-192837")]
    [InlineData("太郎", "田中", "x@example.com", "Aa-田中太郎-18273645")]
    [InlineData(null, null, "x@example.com", "Wonderland#192837")]
    [InlineData(null, null, "x@example.com", "W0nd3rl4nd-B00k5")]
    public void The_name_or_the_address_with_digits_and_signs_is_refused(string? first, string? last, string email, string password) =>
        Assert.Equal([PasswordProblem.ContainsOwnWord], Full.Judge(password, new(email, first, last)));

    [Fact]
    public void The_name_of_the_app_that_a_person_came_from_is_refused() =>
        Assert.Equal([PasswordProblem.ContainsOwnWord], Full.Judge("Gardenia-193746!", new("x@example.com", App: "Gardenia")));

    [Theory]
    [InlineData("Liddell-owns-a-Kettle-7")]
    [InlineData("Vexing-Harbour-42")]
    public void A_name_beside_words_of_another_kind_is_judged_by_the_estimate(string password) =>
        Assert.Empty(Full.Judge(password, new("al@example.com", "Alice", "Liddell")));

    [Fact]
    public void Nobody_without_a_name_is_refused_for_it() => Assert.Empty(LengthAlone.Judge("correct horse battery staple", new("")));
}
