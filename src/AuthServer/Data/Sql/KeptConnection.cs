using Microsoft.Data.Sqlite;

namespace AuthServer.Data.Sql;

/// <summary>A connection of <see cref="KeptConnections"/>: closing it gives it back, with its prepared statements.</summary>
internal sealed class KeptConnection(KeptConnections source) : SqliteConnection(source.ConnectionString)
{
    // The texts of the busy statements are constants and fewer; one that is made for a call must not fill the memory.
    private const int MostStatements = 100;

    private readonly Dictionary<string, KeptCommand> _statements = new(ReferenceEqualityComparer.Instance);

    private bool _isGiven;

    /// <summary>For one caller, who closes it once or more.</summary>
    public KeptConnection Give()
    {
        _isGiven = true;
        return this;
    }

    /// <summary>The command of a statement, prepared, without parameters.</summary>
    /// <param name="sql">Found again when it is the same object, as a constant is.</param>
    public SqliteCommand CommandOf(string sql)
    {
        if (_statements.TryGetValue(sql, out var kept)) return kept;
        if (_statements.Count == MostStatements) EndStatements();
#pragma warning disable CA2100 // The texts are constants; values travel as parameters.
        var command = new KeptCommand(sql, this);
#pragma warning restore CA2100
        command.Prepare();
        return _statements[sql] = command;
    }

    public override void Close()
    {
        if (!_isGiven) return;
        _isGiven = false;
        // A transaction that did not commit is rolled back.
        Transaction?.Dispose();
        if (!source.Keep(this)) End();
    }

    /// <summary>Closes the file.</summary>
    public void End()
    {
        EndStatements();
        base.Close();
    }

    private void EndStatements()
    {
        foreach (var statement in _statements.Values) statement.End();
        _statements.Clear();
    }

    private sealed class KeptCommand(string sql, SqliteConnection connection) : SqliteCommand(sql, connection)
    {
        public void End() => base.Dispose(disposing: true);

#pragma warning disable CA2215 // That would end the prepared statement.
        protected override void Dispose(bool disposing)
#pragma warning restore CA2215
        {
            Parameters.Clear();
            Transaction = null;
        }
    }
}
