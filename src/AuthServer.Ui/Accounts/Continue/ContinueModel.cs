namespace AuthServer.Ui.Accounts.Continue;

/// <summary>The page between a form and where the person goes on.</summary>
public sealed record ContinueModel
{
    /// <summary>An address of this server, or one that an app registered.</summary>
    public required string Address { get; init; }
}
