using System.Text.Json;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>The secrets of the embedded default: made once, kept beside the database, readable by the server's user alone.</summary>
public static class GeneratedSecrets
{
    public const string FileName = "secrets.json";
    private static readonly string[] Keys = ["SECRET_KEY", "JWT_SECRET"];
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static void Offer(SettingsReader reader, DataDirectory directory)
    {
        if (Keys.All(reader.IsSet)) return;
        var path = directory.FileAt(FileName);
        if (!File.Exists(path))
        {
            using var alone = TakeLock(path + ".lock");
            if (!File.Exists(path) && !Make(path, directory, reader)) return;
        }
        try
        {
            var kept = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path)) ?? [];
            foreach (var key in Keys.Where(kept.ContainsKey)) reader.Generated(key, kept[key]);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            reader.Problems.Add(
                "SECRET_KEY", $"{path} cannot be read",
                "check its owner (the server's user) and put it back from your backup if it is damaged");
        }
    }

    private static bool Make(string path, DataDirectory directory, SettingsReader reader)
    {
        // New secrets could not open what the old ones sealed; making them would hide the loss.
        if (directory.HasDatabase())
        {
            reader.Problems.Add("SECRET_KEY", $"{path} is missing beside an existing database",
                "put it back from your backup, or set SECRET_KEY and JWT_SECRET to the values it held");
            return false;
        }
        Write(path);
        return true;
    }

    private static void Write(string path)
    {
        var unfinished = $"{path}.{Guid.CreateVersion7():N}";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(unfinished, options))
        {
            JsonSerializer.Serialize(file, Keys.ToDictionary(k => k, _ => SecretText.New()), Indented);
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, path);
    }

    /// <summary>
    /// Of two processes that start at once the second finds what the first made. A move alone looks before it renames, and would replace
    /// it.
    /// </summary>
    private static FileStream TakeLock(string path)
    {
        FileStream? held = null;
        SpinWait.SpinUntil(() => (held = TryOpenAlone(path)) is not null, Patience);
        return held ?? throw new StartRefusedException($"AUTHSERVER_DATA: {path} is held by another process; stop it, and start again");
    }

    private static FileStream? TryOpenAlone(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }
}
