using AuthServer.Backup;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Keys;

namespace AuthServer.Hosting.Configuring;

/// <summary>
/// Reads the settings for `doctor`: as a start does, but a refused one is kept as a finding, and nothing is written.
/// </summary>
/// <remarks>What a refused setting decides is not registered, so that no check works on a default that nobody has asked for.</remarks>
public static class ExaminedSettings
{
    /// <returns>The database; null when its settings or the secrets that open it are refused, or not made yet.</returns>
    public static DatabaseOptions? AddExaminedSettings(this WebApplicationBuilder builder, string[] args)
    {
        var reader = new SettingsReader(builder.Configuration);
        var (read, settings) = EnvironmentVariables.ReadCommon(builder, args, reader);
        var database = settings.Database;
        EnvironmentVariables.RefuseListeners(builder, settings, reader.Problems);
        EnvironmentVariables.ResolveIssuer(settings, reader);
        var isRefused = reader.IsSet("DATABASE_URL") && database.IsEmbedded;
        var secrets = ReadSecrets(reader, settings, isRefused);
        foreach (var (type, options) in read) builder.Services.AddSingleton(type, options);
        var backups = reader.Read<BackupOptions>();
        // The start makes a key with the embedded database.
        if (!database.IsEmbedded) EnvironmentVariables.RefuseScheduleWithoutKey(settings.Backups, backups, reader.Problems);
        builder.Services.AddSingleton(backups);
        builder.Services.AddSingleton(settings.Data);
        builder.Services.AddSingleton(reader.Problems);
        builder.Services.AddSingleton(new StartWarnings([.. EnvironmentVariables.Warnings(settings)]));
        if (secrets is not null) builder.Services.AddSingleton(secrets).AddSingleton(DatabaseFileKeys.Of(secrets));
        return isRefused || (secrets is null && database is { IsEmbedded: true, EncryptFile: true }) ? null : database;
    }

    private static SecretOptions? ReadSecrets(SettingsReader reader, StartSettings settings, bool databaseIsRefused)
    {
        if (!databaseIsRefused && settings.Database.IsEmbedded && !GeneratedSecrets.OfferKept(reader, settings.Data)) return null;
        var before = reader.Problems.Lines.Count;
        var secrets = reader.Read<SecretOptions>();
        return reader.Problems.Lines.Count == before ? secrets : null;
    }
}
