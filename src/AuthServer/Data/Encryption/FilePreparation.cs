using AuthServer.Configuration;

namespace AuthServer.Data.Encryption;

/// <summary>Brings the embedded file to the form that the settings ask for, at the start and under the start lock.</summary>
public static partial class FilePreparation
{
    public static void Run(EmbeddedFile file, ILogger log)
    {
        // Of a restore that was killed: a living one holds the start lock.
        if (Directory.Exists(FileRewrite.Restoring(file.Path))) Directory.Delete(FileRewrite.Restoring(file.Path), recursive: true);
        if (file.Keys is null)
        {
            var plain = file.State();
            if (file.Refusal(plain) is { } refused) throw refused;
            if (plain == FileState.Absent) FileRewrite.CreatePlain(file);
            return;
        }
        switch (file.State())
        {
            case FileState.Absent:
                FileRewrite.Create(file);
                break;
            case FileState.Plain:
                Encrypt(file, log);
                break;
            case FileState.Previous:
                EncryptAnew(file, log);
                break;
            case var other when file.Refusal(other) is { } refusal:
                throw refusal;
        }
        // Of a process that was killed while it wrote it.
        File.Delete(FileRewrite.Unfinished(file.Path));
    }

    private static void Encrypt(EmbeddedFile file, ILogger log)
    {
        LogEncrypts(log, file.Path);
        switch (FileRewrite.InPlace(file, isPlain: true))
        {
            case RewriteOutcome.InUse:
                throw new StartRefusedException(
                    $"AUTHSERVER_DATA: another process uses {file.Path}, which is to be encrypted; stop that process, then start this one",
                    ExitCodes.Unavailable);
            case RewriteOutcome.NoSpace:
                throw new StartRefusedException(
                    $"AUTHSERVER_DATA: the disk has no room to encrypt {file.Path}, which takes as much again as the file has; " +
                    "make room, or set SQLITE_ENCRYPTION=off", ExitCodes.Unavailable);
        }
        LogEncrypted(log, file.Path);
    }

    /// <summary>The former secret still opens the file, so whatever is in the way may wait for the next start.</summary>
    private static void EncryptAnew(EmbeddedFile file, ILogger log)
    {
        var outcome = FileRewrite.InPlace(file, isPlain: false);
        if (outcome == RewriteOutcome.Done) LogEncrypted(log, file.Path);
        else if (outcome == RewriteOutcome.InUse) LogLater(log, file.Path, "another process uses it");
        else LogLater(log, file.Path, "the disk has no room for a second file");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} is plain and is encrypted now.")]
    private static partial void LogEncrypts(ILogger logger, string path);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Path} is encrypted with SECRET_KEY.")]
    private static partial void LogEncrypted(ILogger logger, string path);

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "{Path} is still encrypted with SECRET_KEY_PREVIOUS, because {Reason}: keep that setting for the next start.")]
    private static partial void LogLater(ILogger logger, string path, string reason);
}
