using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>The secrets of the embedded default: made once, kept beside the database, readable by the server's user alone.</summary>
public static class GeneratedSecrets
{
    public const string FileName = "secrets.json";
    private const string BackupKey = "BACKUP_KEY";
    private static readonly string[] Needed = ["SECRET_KEY", "JWT_SECRET"];
    private static readonly string[] Keys = [.. Needed, BackupKey];

    /// <param name="reader">Takes them.</param>
    /// <param name="directory">Where they are kept.</param>
    /// <param name="mayMake">False: where there are none, new ones would be of no use.</param>
    public static void Offer(SettingsReader reader, DataDirectory directory, bool mayMake = true)
    {
        if (Keys.All(reader.IsSet)) return;
        var path = directory.FileAt(FileName);
        if (!File.Exists(path))
        {
            // Whoever gives the two from elsewhere gives the third as well, when there are to be backups.
            if (Needed.All(reader.IsSet)) return;
            if (!mayMake)
            {
                reader.Problems.Add(
                    "SECRET_KEY", $"{path} is missing, and a backup holds no secrets",
                    "put that file of the server it is of in this place, or set SECRET_KEY, JWT_SECRET and BACKUP_KEY "
                    + "to the values it held");
                return;
            }

            using var alone = directory.Lock(FileName + ".lock");
            if (!File.Exists(path) && !Make(path, directory, reader)) return;
        }
        OfferFrom(path, reader, kept => kept.ContainsKey(BackupKey) || reader.IsSet(BackupKey) ? kept : AddBackupKey(path, directory));
    }

    /// <summary>The same for a look that writes nothing.</summary>
    /// <returns>False: there are none, and the first start makes them.</returns>
    public static bool OfferKept(SettingsReader reader, DataDirectory directory)
    {
        var path = directory.FileAt(FileName);
        if (File.Exists(path)) OfferFrom(path, reader, kept => kept);
        else if (!Needed.All(reader.IsSet))
        {
            if (!directory.HasDatabase()) return false;
            AddMissing(path, reader);
        }
        return true;
    }

    private static void OfferFrom(
        string path, SettingsReader reader, Func<Dictionary<string, string>, Dictionary<string, string>> complete)
    {
        try
        {
            var kept = complete(Read(path));
            foreach (var key in Keys.Where(kept.ContainsKey)) reader.Generated(key, kept[key]);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            reader.Problems.Add(
                "SECRET_KEY", $"{path} cannot be read",
                "check its owner (the server's user) and put it back from your backup if it is damaged");
        }
    }

    private static Dictionary<string, string> Read(string path) =>
        JsonSerializer.Deserialize(File.ReadAllText(path), SecretsJson.Default.DictionaryStringString) ?? [];

    private static string TextOf(Dictionary<string, string> secrets) =>
        JsonSerializer.Serialize(secrets, SecretsJson.Default.DictionaryStringString);

    // Nothing depends on a backup key that there never was, unlike the other two.
    private static Dictionary<string, string> AddBackupKey(string path, DataDirectory directory)
    {
        using var alone = directory.Lock(FileName + ".lock");
        var kept = Read(path);
        if (kept.TryAdd(BackupKey, SecretText.New())) directory.Write(FileName, TextOf(kept));
        return kept;
    }

    private static bool Make(string path, DataDirectory directory, SettingsReader reader)
    {
        // New secrets could not open what the old ones sealed; making them would hide the loss.
        if (directory.HasDatabase())
        {
            AddMissing(path, reader);
            return false;
        }
        directory.Write(FileName, TextOf(Keys.ToDictionary(k => k, _ => SecretText.New())));
        return true;
    }

    private static void AddMissing(string path, SettingsReader reader) => reader.Problems.Add(
        "SECRET_KEY", $"{path} is missing beside an existing database",
        "put it back from your backup, or set SECRET_KEY and JWT_SECRET to the values it held");
}

[JsonSerializable(typeof(Dictionary<string, string>))]
[JsonSourceGenerationOptions(WriteIndented = true)]
internal sealed partial class SecretsJson : JsonSerializerContext;
