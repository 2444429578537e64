using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>Tells a person who has signed in by mail that what was set up before their address was proven is gone.</summary>
public sealed record AddressProvenModel
{
    public required AccountChip Account { get; init; }

    /// <summary>Where the person goes on.</summary>
    public required string ContinueUrl { get; init; }

    /// <summary>Where a password is chosen; null on a server without passwords.</summary>
    public string? PasswordUrl { get; init; }
}
