namespace AuthServer.Data.Encryption.Native;

/// <summary>
/// Result codes and flags of SQLite's C interface (https://www.sqlite.org/rescode.html,
/// https://www.sqlite.org/c3ref/c_open_autoproxy.html).
/// </summary>
internal static class SqliteCodes
{
    public const int Ok = 0, Busy = 5, InputOutput = 10, CannotOpen = 14, NotADatabase = 26;

    public const int ReadFailed = InputOutput | (1 << 8), ShortRead = InputOutput | (2 << 8), WriteFailed = InputOutput | (3 << 8);

    /// <summary>SQLITE_IOERR_DATA: what was read is not what was written.</summary>
    public const int DataDamaged = InputOutput | (32 << 8);

    public const int OpenReadWrite = 0x2, OpenMain = 0x100, OpenMainJournal = 0x800, OpenLog = 0x80000;

    /// <summary>SQLITE_FCNTL_PERSIST_WAL: the last connection leaves the log file where it is.</summary>
    public const int PersistLog = 10;
}
