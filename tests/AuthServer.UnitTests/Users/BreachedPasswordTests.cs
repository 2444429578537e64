using AuthServer.Configuration;
using AuthServer.Users.Passwords;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.UnitTests.Users;

/// <summary>Ranges of SHA-1 as https://haveibeenpwned.com/API/v3#SearchingPwnedPasswordsByRange gives them out, kept as files.</summary>
public sealed class BreachedPasswordTests : IDisposable
{
    // printf %s 'Vexing-Harbour-42' | sha1sum
    private const string Stolen = "Vexing-Harbour-42";
    private const string Prefix = "7CD72";
    private const string Suffix = "46D6F25B8C209714EE48A0E2A5231B6856B";

    private static readonly PasswordOwner Owner = new("alice@example.com");

    private readonly string _directory = Directory.CreateTempSubdirectory("ranges").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void A_stolen_password_is_refused_and_no_other()
    {
        Write(Prefix, $"0000000000000000000000000000000000A:3\n{Suffix}:17\n");
        Assert.Equal([PasswordProblem.Breached], Policy.Judge(Stolen, Owner));
        Assert.Empty(Policy.Judge("Vexing-Harbour-43", Owner));
    }

    [Fact]
    public void A_line_of_padding_is_no_stolen_password()
    {
        Write(Prefix, $"{Suffix}:0\n");
        Assert.Empty(Policy.Judge(Stolen, Owner));
    }

    [Fact]
    public void A_range_that_cannot_be_read_lets_the_password_pass() => Assert.Empty(Policy.Judge(Stolen, Owner));

    [Fact]
    public void A_start_refuses_a_folder_that_is_none_of_ranges()
    {
        Assert.Contains("00000.txt cannot be read", Problem(), StringComparison.Ordinal);
        foreach (var digit in "0123456789ABCDEF") Write(new string(digit, 5), $"{Suffix}:2\r\n");
        Assert.Equal("", Problem());
        Write("FFFFF", "<html>\n");
        Assert.Contains("FFFFF.txt does not begin with", Problem(), StringComparison.Ordinal);
    }

    private PasswordPolicy Policy => new(new PasswordOptions()) { Breached = new(_directory, NullLogger<BreachedPasswords>.Instance) };

    private void Write(string prefix, string text) => File.WriteAllText(Path.Combine(_directory, prefix + ".txt"), text);

    private string Problem()
    {
        var problems = new SettingProblems();
        new PasswordOptions { BreachedDirectory = _directory }.Check(problems);
        return string.Join('\n', problems.Lines);
    }
}
