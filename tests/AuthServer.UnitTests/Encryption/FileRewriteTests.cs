using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using Microsoft.Extensions.Logging.Abstractions;
using static AuthServer.UnitTests.Encryption.EncryptedFolder;

namespace AuthServer.UnitTests.Encryption;

/// <summary>What a start makes of the file that it finds.</summary>
public sealed class FileRewriteTests : IDisposable
{
    private readonly EncryptedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_new_file_is_encrypted_from_its_beginning()
    {
        Prepare(_folder.File(Key));
        Assert.Equal(FileState.Current, _folder.File(Key).State());
        Assert.Equal(["auth.db"], _folder.Files.Select(f => f.Name));
        OnlyItsOwnerReads(_folder.PathOf());
    }

    [Theory]
    [InlineData("WAL")]
    [InlineData("DELETE")]
    public void A_plain_file_is_encrypted_with_all_that_is_in_it(string mode)
    {
        var before = MakePlain(mode);
        var plain = ReadShared(_folder.PathOf());
        Prepare(_folder.File(Key));
        Assert.Equal(FileState.Current, _folder.File(Key).State());
        using (var connection = _folder.Open())
        {
            Assert.Equal(before, Dump(connection));
            Assert.Equal("ok", Run(connection, "PRAGMA integrity_check"));
            Assert.Equal(77L, Run(connection, "PRAGMA user_version"));
        }
        Assert.NotEqual(-1, plain.AsSpan().IndexOf("planted"u8));
        foreach (var file in _folder.Files) Assert.Equal(-1, ReadShared(file.FullName).AsSpan().IndexOf("planted"u8));
        OnlyItsOwnerReads(_folder.PathOf());
    }

    [Fact]
    public void What_a_killed_process_left_in_the_log_of_a_plain_file_is_encrypted_too()
    {
        EncryptedFolder killed;
        string before;
        using (var connection = Open(_folder.File(null)))
        {
            Fill(connection);
            before = Dump(connection);
            killed = _folder.AsKilled();
        }
        using var left = killed;
        Prepare(left.File(Key));
        using var encrypted = left.Open();
        Assert.Equal(before, Dump(encrypted));
    }

    [Fact]
    public void What_a_killed_rewriting_has_left_is_cleared_away()
    {
        var before = MakePlain("WAL");
        File.WriteAllText(FileRewrite.Unfinished(_folder.PathOf()), "half a file");
        File.WriteAllText(FileRewrite.Unfinished(_folder.PathOf()) + "-journal", "half a journal");
        Prepare(_folder.File(Key));
        File.WriteAllText(FileRewrite.Unfinished(_folder.PathOf()), "half a file");
        Prepare(_folder.File(Key));
        using (var connection = _folder.Open()) Assert.Equal(before, Dump(connection));
        Assert.Equal(["auth.db"], _folder.Files.Select(f => f.Name));
    }

    [Fact]
    public void A_plain_file_that_another_connection_has_open_is_refused_and_stays()
    {
        MakePlain("WAL");
        using (var other = Open(_folder.File(null)))
        {
            Dump(other);
            Assert.Equal(RewriteOutcome.InUse, FileRewrite.InPlace(_folder.File(Key), isPlain: true));
            Run(other, "DELETE FROM people WHERE id > 1");
        }
        Prepare(_folder.File(Key));
        using var connection = _folder.Open();
        Assert.Equal(1L, Run(connection, "SELECT count(*) FROM people"));
    }

    [Fact]
    public void A_connection_that_waits_for_the_old_file_does_not_go_on_with_it()
    {
        using (var connection = _folder.Open()) Fill(connection);
        using var late = new Microsoft.Data.Sqlite.SqliteConnection(_folder.File(Key).ConnectionString + ";Pooling=False");
        // The file is opened; its lock is taken with the first statement.
        late.Open();
        Assert.Equal(RewriteOutcome.Done, FileRewrite.InPlace(_folder.File(Key), isPlain: false));
        Assert.Throws<Microsoft.Data.Sqlite.SqliteException>(() => Run(late, "DELETE FROM people"));
        using var anew = _folder.Open();
        Assert.Equal(60L, Run(anew, "SELECT count(*) FROM people"));
    }

    [Fact]
    public void The_former_secret_opens_and_the_next_start_encrypts_with_the_new_one()
    {
        using (var connection = _folder.Open()) Fill(connection);
        var rotated = _folder.File(OtherKey, previous: Key);
        Assert.Equal(FileState.Previous, rotated.State());
        using (var connection = Open(rotated))
        {
            Assert.Equal(60L, Run(connection, "SELECT count(*) FROM people"));
            // Another process has it open: the start goes on with the former secret.
            Prepare(rotated);
            Assert.Equal(FileState.Previous, rotated.State());
        }
        Prepare(rotated);
        Assert.Equal(FileState.Current, _folder.File(OtherKey).State());
        using var renewed = Open(_folder.File(OtherKey));
        Assert.Equal(60L, Run(renewed, "SELECT count(*) FROM people"));
    }

    [Fact]
    public void Another_secret_is_named_and_nothing_is_written()
    {
        using (var connection = _folder.Open()) Fill(connection);
        var before = ReadShared(_folder.PathOf());
        var refused = Assert.Throws<StartRefusedException>(() => Prepare(_folder.File(OtherKey)));
        Assert.StartsWith("SECRET_KEY: does not open", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SECRET_KEY_PREVIOUS", refused.Message, StringComparison.Ordinal);
        refused = Assert.Throws<StartRefusedException>(() => Prepare(_folder.File(null)));
        Assert.StartsWith("SQLITE_ENCRYPTION: is off", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, ReadShared(_folder.PathOf()));
        Assert.Equal(["auth.db"], _folder.Files.Select(f => f.Name));
    }

    [Fact]
    public void A_file_of_another_program_is_refused()
    {
        File.WriteAllText(_folder.PathOf(), "Not a database, but some text of a person.");
        Assert.Contains("is not a database of this server", Assert.Throws<StartRefusedException>(
            () => Prepare(_folder.File(Key))).Message, StringComparison.Ordinal);
        Assert.Equal("Not a database, but some text of a person.", File.ReadAllText(_folder.PathOf()));
    }

    [Fact]
    public void Rekeying_changes_every_page_and_no_row()
    {
        using (var connection = _folder.Open()) Fill(connection);
        var before = ReadShared(_folder.PathOf());
        Assert.Equal(RewriteOutcome.Done, FileRewrite.InPlace(_folder.File(Key), isPlain: false));
        var after = ReadShared(_folder.PathOf());
        for (var at = 16; at + 64 < Math.Min(before.Length, after.Length); at += 4096)
            Assert.False(before.AsSpan(at, 64).SequenceEqual(after.AsSpan(at, 64)));
        using var renewed = _folder.Open();
        Assert.Equal(60L, Run(renewed, "SELECT count(*) FROM people"));
    }

    [Fact]
    public void A_plain_copy_is_an_ordinary_database()
    {
        string before;
        using (var connection = _folder.Open())
        {
            Fill(connection);
            before = Dump(connection);
            // The server has it open.
            FileRewrite.Decrypt(_folder.File(Key), _folder.File(Key).Keys!, _folder.Data.FileAt("plain copy.db"));
        }
        using var copy = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_folder.Data.FileAt("plain copy.db")};Pooling=False");
        copy.Open();
        Assert.Equal(before, Dump(copy));
    }

    private static void OnlyItsOwnerReads(string path)
    {
        // Access is kept in lists on Windows, not in modes.
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    private static void Prepare(EmbeddedFile file) => FilePreparation.Run(file, NullLogger.Instance);

    private string MakePlain(string mode)
    {
        using var connection = Open(_folder.File(null));
        Run(connection, $"PRAGMA journal_mode={mode}");
        Run(connection, "PRAGMA user_version=77");
        Fill(connection);
        return Dump(connection);
    }
}
