namespace AuthServer.Configuration;

/// <summary>The exit codes of the process, after sysexits.h.</summary>
public static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>`doctor --strict` has warnings, and nothing worse.</summary>
    public const int Warnings = 2;

    /// <summary>The command line is not one of ours.</summary>
    public const int Usage = 64;

    /// <summary>The input of a command (the seed file) is not valid.</summary>
    public const int BadInput = 65;

    /// <summary>The database or the listening address cannot be had.</summary>
    public const int Unavailable = 69;

    /// <summary>The configuration cannot be right.</summary>
    public const int Configuration = 78;
}

/// <summary>The server does not start: every reason with its cure, for the operator. Printed without a stack trace.</summary>
public sealed class StartRefusedException : Exception
{
    public StartRefusedException(IReadOnlyList<string> reasons, int exitCode = ExitCodes.Configuration)
        : base(string.Join(Environment.NewLine, reasons)) => (Reasons, ExitCode) = (reasons, exitCode);

    public StartRefusedException(string reason, int exitCode = ExitCodes.Configuration) : this([reason], exitCode)
    {
    }

    public IReadOnlyList<string> Reasons { get; }

    public int ExitCode { get; }
}
