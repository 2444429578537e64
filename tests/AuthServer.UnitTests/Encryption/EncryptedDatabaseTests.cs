using System.Security.Cryptography;
using AuthServer.Data.Encryption.Native;
using AuthServer.Data.Encryption.Pages;
using Microsoft.Data.Sqlite;
using static AuthServer.UnitTests.Encryption.EncryptedFolder;

namespace AuthServer.UnitTests.Encryption;

/// <summary>SQLite on the encrypting VFS.</summary>
public sealed class EncryptedDatabaseTests : IDisposable
{
    private readonly EncryptedFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void No_file_shows_what_was_written()
    {
        using (var connection = _folder.Open())
        {
            Fill(connection);
            Search();
            Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            Run(connection, "UPDATE people SET email = 'planted-anew@example.com' WHERE id = 7");
            Search();
        }
        Search();

        void Search()
        {
            foreach (var file in _folder.Files)
            {
                var bytes = ReadShared(file.FullName);
                foreach (var text in new[] { "planted", "people", "CREATE TABLE", "SQLite format 3" })
                    Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) < 0, $"{text} in {file.Name}");
            }
        }
    }

    [Fact]
    public void What_a_connection_commits_the_others_see_and_a_new_one_finds()
    {
        using (var one = _folder.Open())
        {
            using var other = _folder.Open();
            Fill(one);
            Assert.Equal(60L, Run(other, "SELECT count(*) FROM people"));
            Run(other, "DELETE FROM people WHERE id > 50");
            Assert.Equal(50L, Run(one, "SELECT count(*) FROM people"));
        }
        using var later = _folder.Open();
        Assert.Equal("ok", Run(later, "PRAGMA integrity_check"));
        Assert.Equal(50L, Run(later, "SELECT count(*) FROM people"));
        Assert.Equal("wal", Run(later, "PRAGMA journal_mode"));
    }

    [Fact]
    public void A_transaction_larger_than_the_cache_writes_pages_twice_and_can_be_read()
    {
        EncryptedFolder killed;
        using (var connection = _folder.Open())
        {
            Run(connection, "PRAGMA cache_size=10");
            Fill(connection, rows: 3000);
            // Each of them changes pages that were written to the log in the same transaction.
            Run(connection, "BEGIN; UPDATE people SET email = 'x' || email; UPDATE people SET email = 'y' || email; COMMIT");
            Assert.Equal("ok", Run(connection, "PRAGMA integrity_check"));
            killed = _folder.AsKilled();
        }
        using var left = killed;
        using var recovered = left.Open();
        Assert.Equal("ok", Run(recovered, "PRAGMA integrity_check"));
        Assert.Equal(3000L, Run(recovered, "SELECT count(*) FROM people WHERE email LIKE 'yx%'"));
        Run(recovered, "VACUUM");
        Assert.Equal("ok", Run(recovered, "PRAGMA integrity_check"));
    }

    [Fact]
    public void A_flipped_bit_is_an_error_or_in_a_page_that_is_not_used()
    {
        using (var connection = _folder.Open()) Fill(connection);
        var bytes = File.ReadAllBytes(_folder.PathOf());
        using var good = _folder.Open();
        var expected = Dump(good);
        good.Dispose();
        var errors = 0;
        foreach (var at in Enumerable.Range(0, 300).Select(i => i < 40 ? i : RandomNumberGenerator.GetInt32(bytes.Length)))
        {
            var flipped = (byte[])bytes.Clone();
            flipped[at] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            errors += ReadsNothingElse(flipped, expected);
        }
        Assert.True(errors > 250, $"Only {errors} of 300 flipped bits were errors.");
    }

    [Fact]
    public void A_page_in_the_place_of_another_and_an_emptied_page_are_errors()
    {
        using (var connection = _folder.Open()) Fill(connection);
        using var good = _folder.Open();
        var expected = Dump(good);
        good.Dispose();
        var bytes = File.ReadAllBytes(_folder.PathOf());
        var pages = bytes.Length / PageSeal.PageSize;
        var errors = 0;
        for (var page = 0; page < pages; page++)
        {
            var moved = (byte[])bytes.Clone();
            bytes.AsSpan((page + 1) % pages * PageSeal.PageSize, PageSeal.PageSize).CopyTo(moved.AsSpan(page * PageSeal.PageSize));
            errors += ReadsNothingElse(moved, expected);
            var emptied = (byte[])bytes.Clone();
            emptied.AsSpan(page * PageSeal.PageSize, PageSeal.PageSize).Clear();
            errors += ReadsNothingElse(emptied, expected);
        }
        Assert.Equal(2 * pages, errors);
    }

    [Fact]
    public void A_damaged_log_ends_at_the_damage_and_shows_a_former_commit_whole()
    {
        List<string> commits = [];
        EncryptedFolder killed;
        using (var connection = _folder.Open())
        {
            Run(connection, "PRAGMA wal_autocheckpoint=0");
            Fill(connection, rows: 5);
            Run(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
            commits.Add(Dump(connection));
            for (var i = 0; i < 8; i++)
            {
                Run(connection, $"INSERT INTO people (email, body) VALUES ('w{i}', zeroblob({(i % 3 == 0 ? 6000 : 100)}))");
                commits.Add(Dump(connection));
            }
            killed = _folder.AsKilled();
        }
        using var left = killed;
        var (main, log) = (File.ReadAllBytes(left.PathOf()), File.ReadAllBytes(left.PathOf("-wal")));
        using (var whole = left.Open()) Assert.Equal(commits[^1], Dump(whole));
        for (var i = 0; i < 150; i++)
        {
            var flipped = (byte[])log.Clone();
            flipped[i < 60 ? i : RandomNumberGenerator.GetInt32(log.Length)] ^= (byte)(1 << RandomNumberGenerator.GetInt32(8));
            File.WriteAllBytes(left.PathOf(), main);
            File.WriteAllBytes(left.PathOf("-wal"), flipped);
            using var connection = left.Open();
            Assert.Contains(Dump(connection), commits);
        }
    }

    [Fact]
    public void A_first_page_half_written_when_the_power_failed_is_found_in_the_log()
    {
        EncryptedFolder killed;
        using (var connection = _folder.Open())
        {
            Fill(connection);
            killed = _folder.AsKilled();
        }
        using var left = killed;
        using (var main = new FileStream(left.PathOf(), FileMode.Open))
        {
            main.Position = 512;
            main.Write(new byte[3000]);
        }
        using var recovered = left.Open();
        Assert.Equal(60L, Run(recovered, "SELECT count(*) FROM people"));
        Assert.Equal("ok", Run(recovered, "PRAGMA integrity_check"));
    }

    [Fact]
    public void No_journal_and_no_temporary_file_is_written_or_read()
    {
        using (var connection = _folder.Open())
        {
            Fill(connection, rows: 3000);
            Assert.Equal(SqliteCodes.CannotOpen, Assert.Throws<SqliteException>(
                () => Run(connection, "PRAGMA journal_mode=DELETE")).SqliteErrorCode);
            Run(connection, "PRAGMA temp_store=FILE");
            Run(connection, "PRAGMA temp.cache_size=10");
            Assert.Equal(SqliteCodes.CannotOpen, Assert.Throws<SqliteException>(
                () => Run(connection, "CREATE TEMP TABLE copy AS SELECT * FROM people a JOIN (SELECT 1 UNION SELECT 2)")).SqliteErrorCode);
        }
        // One that SQLite would play back: its magic number, and a page.
        File.WriteAllBytes(_folder.PathOf("-journal"), [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7, .. new byte[5000]]);
        using var planted = new SqliteConnection(_folder.File(Key).ConnectionString + ";Pooling=False");
        planted.Open();
        Assert.Equal(SqliteCodes.CannotOpen, Assert.Throws<SqliteException>(() => Dump(planted)).SqliteErrorCode);
    }

    [Fact]
    public void The_connections_of_the_server_have_their_settings()
    {
        using var source = AuthServer.Data.Connection.SqliteSetup.Source(_folder.Encrypted());
        using var connection = (SqliteConnection)source.OpenConnection();
        const long Full = 2, Memory = 2;
        Assert.Equal(Full, Run(connection, "PRAGMA synchronous"));
        Assert.Equal(Memory, Run(connection, "PRAGMA temp_store"));
        Assert.Equal(5000L, Run(connection, "PRAGMA busy_timeout"));
        SqliteConnection.ClearPool(connection);
    }

    [Fact]
    public void Another_key_does_not_open_it()
    {
        using (var connection = _folder.Open()) Fill(connection);
        Assert.Equal(
            SqliteCodes.NotADatabase, Assert.Throws<SqliteException>(() => Open(_folder.File(OtherKey))).SqliteErrorCode);
        Assert.Equal(
            SqliteCodes.NotADatabase, Assert.Throws<SqliteException>(() => Open(_folder.File(null))).SqliteErrorCode);
        // The same mark, by chance or by forgery.
        var forged = _folder.File(new FileKey(Key.Mark, new byte[32]));
        Assert.Equal(SqliteCodes.DataDamaged, Assert.Throws<SqliteException>(() => Open(forged)).SqliteExtendedErrorCode);
    }

    /// <returns>1 when reading failed, 0 when it read what was expected. Anything else fails the test.</returns>
    private int ReadsNothingElse(byte[] bytes, string expected)
    {
        File.Delete(_folder.PathOf("-wal"));
        File.WriteAllBytes(_folder.PathOf(), bytes);
        try
        {
            using var connection = new SqliteConnection(_folder.File(Key).ConnectionString + ";Pooling=False");
            connection.Open();
            Assert.Equal(expected, Dump(connection));
            return 0;
        }
        catch (SqliteException e)
        {
            Assert.Contains(e.SqliteExtendedErrorCode, new[] { SqliteCodes.DataDamaged, SqliteCodes.NotADatabase });
            return 1;
        }
    }
}
