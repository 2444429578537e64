namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>The page behind a link that was used, has expired, or never was one.</summary>
public sealed record LinkEndedModel
{
    /// <summary>Where another mail is asked for; null where this server sends none.</summary>
    public string? AgainUrl { get; init; }

    public required string SignInUrl { get; init; }
}
