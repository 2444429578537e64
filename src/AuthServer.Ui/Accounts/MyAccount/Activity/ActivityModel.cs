namespace AuthServer.Ui.Accounts.MyAccount.Activity;

/// <summary>What has happened to an account, the latest first.</summary>
public sealed record ActivityModel : AccountPageModel
{
    public required IReadOnlyList<ActivityLine> Entries { get; init; }

    /// <summary>Where the page before in time is; null on the last one.</summary>
    public string? OlderUrl { get; init; }

    /// <summary>True when entries that are newer exist.</summary>
    public bool IsOlder { get; init; }
}

/// <summary>One event in words.</summary>
/// <param name="At">UTC.</param>
/// <param name="Device">From where, as far as known.</param>
public sealed record ActivityLine(string What, DateTime At, string? Device, string? Address);
