using System.Text.RegularExpressions;
using AuthServer.Sessions;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Sessions;

/// <summary>
/// One place ends sessions, so that the audit trail and the clients learn of every end; expired rows are purged by another, and told to
/// nobody.
/// </summary>
public sealed partial class EndOfSessionsTests
{
    private static readonly string[] Places =
        ["src/AuthServer/Sessions/SessionEnding.cs", "src/AuthServer/Sessions/ExpiredRows.cs"];

    [Fact]
    public void Only_one_place_deletes_sessions()
    {
        var found = Sources.Under("src/AuthServer")
            .Where(file => !file.Path.Contains("/Backup/", StringComparison.Ordinal)
                && Deletion().IsMatch(string.Join('\n', file.Lines))).Select(file => file.Path);
        Assert.Equal(["src/AuthServer/Sessions/SessionEnding.cs"], found.Except(Places.Skip(1)));
    }

    [Fact]
    public void Every_reason_has_a_word_of_its_own()
    {
        var words = Enum.GetValues<EndReason>().Select(SessionEnding.Word).ToList();
        Assert.Equal(words.Count, words.Distinct().Count());
    }

    /// <summary>A moved stamp ends what is open without a word: whoever moves it also says why it ends, so that clients are told.</summary>
    [Fact]
    public void Who_moves_the_security_stamp_of_an_account_ends_its_sessions()
    {
        var movers = Sources.Under("src/AuthServer").Where(file => !file.Path.EndsWith("/UserStamps.cs", StringComparison.Ordinal)
            && file.Lines.Any(line => Move().IsMatch(line))).ToList();
        Assert.InRange(movers.Count, 8, 20);
        Assert.Empty(movers.Where(file => !file.Lines.Any(line => line.Contains("EndReason.", StringComparison.Ordinal)))
            .Select(file => file.Path));
    }

    [GeneratedRegex("NewSecurityStamp\\(\\)|UpdateSecurityStampAsync|SET security_stamp")]
    private static partial Regex Move();

    // EF Core's two ways, and SQL.
    [GeneratedRegex(@"\bSessions\b[^;]*\.(ExecuteDelete|Remove)|DELETE FROM user_sessions|Set<UserSession>\(\)[^;]*Delete")]
    private static partial Regex Deletion();
}
