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

    // EF Core's two ways, and SQL.
    [GeneratedRegex(@"\bSessions\b[^;]*\.(ExecuteDelete|Remove)|DELETE FROM user_sessions|Set<UserSession>\(\)[^;]*Delete")]
    private static partial Regex Deletion();
}
