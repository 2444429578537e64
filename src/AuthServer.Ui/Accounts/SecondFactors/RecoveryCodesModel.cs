namespace AuthServer.Ui.Accounts.SecondFactors;

/// <summary>New recovery codes, which are shown once.</summary>
public sealed record RecoveryCodesModel
{
    public required IReadOnlyList<string> Codes { get; init; }

    public required string ContinueUrl { get; init; }

    public required string ServerName { get; init; }
}
