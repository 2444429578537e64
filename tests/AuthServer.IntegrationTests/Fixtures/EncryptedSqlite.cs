using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.Keys;

namespace AuthServer.IntegrationTests.Fixtures;

/// <summary>Opens the encrypted file of a server beside it.</summary>
internal static class EncryptedSqlite
{
    /// <param name="secret">Null: the one that the server has made in its data directory.</param>
    public static EmbeddedFile File(string folder, string? secret = null)
    {
        secret ??= JsonSerializer.Deserialize<Dictionary<string, string>>(
            System.IO.File.ReadAllText(Path.Combine(folder, "secrets.json")))!["SECRET_KEY"];
        var keys = DatabaseFileKeys.Of(new SecretOptions { SecretKey = SecretText.Decode(secret, out _)! });
        return new EmbeddedFile(new DataDirectory(folder), keys);
    }

    public static string ConnectionString(string folder, string? secret = null) => File(folder, secret).ConnectionString + ";Pooling=False";
}
