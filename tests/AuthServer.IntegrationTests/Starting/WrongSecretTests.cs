using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using Npgsql;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>A start with another SECRET_KEY or JWT_SECRET, or with each in the other's place: named, and nothing is written.</summary>
public abstract class WrongSecretTests(DatabaseKind kind, bool encrypted = true)
{
    private readonly string _address = ServerProcess.FreeAddress();

    [Fact]
    public async Task A_wrong_secret_is_named_with_the_cure_and_nothing_is_written()
    {
        using var database = await TestDatabase.CreateAsync(kind, migrated: false);
        var (secretKey, jwtSecret) = (SecretText.New(), SecretText.New());
        await using (var server = Start(database, secretKey, jwtSecret))
        {
            await server.ReadyAsync(_address);
            await server.StopAsync();
        }

        var before = await ContentAsync(database);
        foreach (var (name, key, jwt, expected) in new[]
        {
            ("another JWT_SECRET", secretKey, SecretText.New(), "JWT_SECRET: does not open the signing keys"),
            ("another SECRET_KEY", SecretText.New(), jwtSecret, "SECRET_KEY: "),
            ("each in the other's place", jwtSecret, secretKey, "SECRET_KEY: "),
        })
        {
            await using var server = Start(database, key, jwt);
            Assert.True(await server.ExitAsync() == 78, name + server.Output + server.Errors);
            Assert.Contains(expected, server.Errors, StringComparison.Ordinal);
            Assert.Contains("_PREVIOUS", server.Errors, StringComparison.Ordinal);
            Assert.Contains("Nothing was changed", server.Errors, StringComparison.Ordinal);
            if (name.StartsWith("each", StringComparison.Ordinal) && !(kind == DatabaseKind.Sqlite && encrypted))
            {
                Assert.Contains("JWT_SECRET: does not open", server.Errors, StringComparison.Ordinal);
                Assert.Contains("in each other's place", server.Errors, StringComparison.Ordinal);
            }
            foreach (var secret in new[] { secretKey, jwtSecret, key, jwt })
                Assert.DoesNotContain(secret, server.Output + server.Errors, StringComparison.Ordinal);
            Assert.Equal(before, await ContentAsync(database));
        }

        await using var right = Start(database, secretKey, jwtSecret);
        await right.ReadyAsync(_address);
    }

    // The seed would write digests under a wrong SECRET_KEY.
    private ServerProcess Start(TestDatabase database, string secretKey, string jwtSecret) => ServerProcess.Start(
        [.. database.Settings.Select(s => (s.Key, s.Value)), ("SECRET_KEY", secretKey), ("JWT_SECRET", jwtSecret),
            ("SQLITE_ENCRYPTION", encrypted ? "on" : "off"), ("API_BASE_URL", _address), ("ASPNETCORE_URLS", _address),
            ("AUTHSERVER_SEED", Seed.File)]);

    /// <summary>The bytes of the file, or every row of every table.</summary>
    private async Task<string> ContentAsync(TestDatabase database)
    {
        if (kind == DatabaseKind.Sqlite)
            return Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(Path.Combine(database.Folder, "auth.db"))));
        await using var connection = new NpgsqlConnection(database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("SELECT schema_to_xml('public', true, false, '')::text", connection);
        return (string)(await command.ExecuteScalarAsync())!;
    }

    public sealed class OnSqlite() : WrongSecretTests(DatabaseKind.Sqlite);

    public sealed class OnPlainSqlite() : WrongSecretTests(DatabaseKind.Sqlite, encrypted: false);

    public sealed class OnPostgres() : WrongSecretTests(DatabaseKind.Postgres);
}
