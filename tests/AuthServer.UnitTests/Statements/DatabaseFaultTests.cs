using AuthServer.Data.Connection;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.UnitTests.Statements;

public sealed class DatabaseFaultTests
{
    [Theory]
    [InlineData("25006", "cannot execute INSERT in a read-only transaction", "primary")]
    [InlineData("28000", "role is not permitted to log in", "password")]
    [InlineData("28P01", "password authentication failed", "password")]
    [InlineData("3D000", "database does not exist", "create")]
    [InlineData("42501", "permission denied for table users", "permission denied for table users")]
    [InlineData("42P01", "relation does not exist", "migrate")]
    [InlineData("57014", "canceling statement due to statement timeout", "statement_timeout")]
    [InlineData("57P01", "terminating connection due to administrator command", "log")]
    [InlineData("53300", "sorry, too many clients already", "log")]
    [InlineData("0A000", "cached plan must not change result type", "prepared anew")]
    [InlineData("08P01", "bind message supplies 1 parameters, but prepared statement \"_auto0\" requires 2", "pool_mode=session")]
    [InlineData("26000", "prepared statement \"_auto3\" does not exist", "pool_mode=session")]
    [InlineData("42P05", "prepared statement \"_auto0\" already exists", "pool_mode=session")]
    public void A_state_of_the_database_has_a_cure(string state, string message, string word)
    {
        var fault = DatabaseFault.Of(new InvalidOperationException("wrapped", new PostgresException(message, "ERROR", "ERROR", state)));
        Assert.Contains(word, fault!.Cure, StringComparison.Ordinal);
        Assert.InRange(fault.RetryAfter, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Theory]
    [InlineData("23505", "duplicate key value")]
    [InlineData("0A000", "some feature is not supported")]
    [InlineData("42601", "syntax error")]
    [InlineData("22021", "invalid byte sequence")]
    public void A_fault_of_ours_is_no_state_of_the_database(string state, string message) =>
        Assert.Null(DatabaseFault.Of(new PostgresException(message, "ERROR", "ERROR", state)));

    [Theory]
    [InlineData(5, true)]
    [InlineData(8, true)]
    [InlineData(13, true)]
    [InlineData(14, true)]
    [InlineData(1, false)]
    [InlineData(19, false)]
    public void The_embedded_file_has_states_too(int code, bool isState) =>
        Assert.Equal(isState, DatabaseFault.Of(new SqliteException("message", code)) is not null);

    [Fact]
    public void Nothing_is_no_state() => Assert.Null(DatabaseFault.Of(null));
}
