using Microsoft.Data.Sqlite;

namespace ResourceApi.Notes;

/// <summary>The notes in an SQLite file of this API's own. Every statement names the owner.</summary>
public sealed class NoteStore(ApiSettings settings, TimeProvider time)
{
    private readonly string _file = Path.Combine(settings.DataDirectory, "notes.db");
    private readonly string _connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(
        settings.DataDirectory, "notes.db") }.ToString();

    /// <summary>Makes the file and its table where they are missing, for the user of this process alone.</summary>
    public void Prepare()
    {
        MakePrivate();
        using var connection = new SqliteConnection(_connection);
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS notes (
              id TEXT PRIMARY KEY, owner TEXT NOT NULL, text TEXT NOT NULL, created_at TEXT NOT NULL, updated_at TEXT NOT NULL);
            CREATE INDEX IF NOT EXISTS idx_notes_owner ON notes (owner, id);
            """;
        command.ExecuteNonQuery();
    }

    // SQLite would make the file readable by every account, and gives its -wal and -shm the mode of the file.
    private void MakePrivate()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(settings.DataDirectory);
            return;
        }

        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(settings.DataDirectory, Owner | UnixFileMode.UserExecute);
        new FileStream(
            _file,
            new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite,
                UnixCreateMode = Owner }).Dispose();
        foreach (var file in new[] { _file, _file + "-wal", _file + "-shm" }.Where(File.Exists)) File.SetUnixFileMode(file, Owner);
    }

    public Task CheckAsync(CancellationToken stop) => RunAsync("SELECT 1", [], stop);

    /// <summary>
    /// The owner's notes after an id, in the order of their ids: that of their making, except among notes of one millisecond.
    /// </summary>
    public Task<List<Note>> ListAsync(string owner, Guid? after, int limit, CancellationToken stop) => ReadAsync(
        "SELECT id, text, created_at, updated_at FROM notes WHERE owner = $owner AND id > $after ORDER BY id LIMIT $limit",
        [("$owner", owner), ("$after", after?.ToString() ?? ""), ("$limit", limit)], stop);

    public async Task<Note?> FindAsync(string owner, Guid id, CancellationToken stop) => (await ReadAsync(
        "SELECT id, text, created_at, updated_at FROM notes WHERE owner = $owner AND id = $id",
        [("$owner", owner), ("$id", id.ToString())], stop)).FirstOrDefault();

    public async Task<Note> AddAsync(string owner, string text, CancellationToken stop)
    {
        var now = time.GetUtcNow();
        var note = new Note(Guid.CreateVersion7(now), text, now, now);
        await RunAsync("INSERT INTO notes (id, owner, text, created_at, updated_at) VALUES ($id, $owner, $text, $now, $now)",
            [("$id", note.Id.ToString()), ("$owner", owner), ("$text", text), ("$now", now.ToString("O"))], stop);
        return note;
    }

    public async Task<Note?> ChangeAsync(string owner, Guid id, string text, CancellationToken stop) => (await ReadAsync(
        "UPDATE notes SET text = $text, updated_at = $now WHERE owner = $owner AND id = $id RETURNING id, text, created_at, updated_at",
        [("$owner", owner), ("$id", id.ToString()), ("$text", text), ("$now", time.GetUtcNow().ToString("O"))], stop)).FirstOrDefault();

    public async Task<bool> DeleteAsync(string owner, Guid id, CancellationToken stop) =>
        await RunAsync("DELETE FROM notes WHERE owner = $owner AND id = $id", [("$owner", owner), ("$id", id.ToString())], stop) > 0;

    private async Task<int> RunAsync(string sql, (string Name, object Value)[] parameters, CancellationToken stop)
    {
        await using var connection = new SqliteConnection(_connection);
        await using var command = await CommandAsync(connection, sql, parameters, stop);
        return await command.ExecuteNonQueryAsync(stop);
    }

    private async Task<List<Note>> ReadAsync(string sql, (string Name, object Value)[] parameters, CancellationToken stop)
    {
        await using var connection = new SqliteConnection(_connection);
        await using var command = await CommandAsync(connection, sql, parameters, stop);
        await using var reader = await command.ExecuteReaderAsync(stop);
        var notes = new List<Note>();
        while (await reader.ReadAsync(stop))
        {
            notes.Add(
                new(Guid.Parse(reader.GetString(0)), reader.GetString(1), Instant(reader.GetString(2)), Instant(reader.GetString(3))));
        }

        return notes;
    }

    private static async Task<SqliteCommand> CommandAsync(
        SqliteConnection connection, string sql, (string Name, object Value)[] parameters, CancellationToken stop)
    {
        await connection.OpenAsync(stop);
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // The texts are the constants above; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters) command.Parameters.AddWithValue(name, value);
        return command;
    }

    private static DateTimeOffset Instant(string text) =>
        DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.RoundtripKind);
}
