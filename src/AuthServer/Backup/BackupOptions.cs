using AuthServer.Backup.Format;
using AuthServer.Configuration;

namespace AuthServer.Backup;

/// <summary>The keys of backups.</summary>
public sealed class BackupOptions
{
    private const string Cure = "the output of `" + SecretText.Command + "`";

    /// <summary>
    /// Encrypts backups: at least 32 random bytes in base64, base64url or hex. Keep a copy away from this machine, with SECRET_KEY and
    /// JWT_SECRET: a backup does not contain them, and without them nobody restores it. The embedded default makes one.
    /// </summary>
    [Setting("BACKUP_KEY", Secret = true, Cure = Cure)]
    public byte[]? Key { get; set; }

    /// <summary>
    /// The former BACKUP_KEY, still accepted for reading backups until `backup rekey --all` has moved them to the new one.
    /// </summary>
    [Setting("BACKUP_KEY_PREVIOUS", Secret = true, Cure = "the former BACKUP_KEY")]
    public byte[]? KeyPrevious { get; set; }

    /// <exception cref="StartRefusedException">There is no key.</exception>
    public BackupKeys RequireKeys() => Key is { } key ? new(key, KeyPrevious) : throw new StartRefusedException(
        $"BACKUP_KEY: is not set; set it to {Cure}, and keep a copy away from this machine");
}
