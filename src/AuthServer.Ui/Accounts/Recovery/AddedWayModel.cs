using AuthServer.Ui.Resources;

namespace AuthServer.Ui.Accounts.Recovery;

/// <summary>What somebody who was in the account may have left behind.</summary>
public enum AddedWayKind
{
    Passkey,
    App,
    RecoveryCodes,
    Provider,
    AllowedApp,
}

/// <summary>A way into an account that was added lately.</summary>
/// <param name="Name">Empty or null where it has none.</param>
/// <param name="At">UTC.</param>
public sealed record AddedWayModel(AddedWayKind Kind, string? Name, DateTime At)
{
    internal string Words => Kind switch
    {
        AddedWayKind.Passkey => string.IsNullOrWhiteSpace(Name) ? Texts.AddedPasskey : Text.Of(Texts.AddedPasskeyNamed, Name),
        AddedWayKind.App => Texts.AddedApp,
        AddedWayKind.RecoveryCodes => Texts.AddedRecoveryCodes,
        AddedWayKind.Provider => Text.Of(Texts.AddedProvider, Name),
        AddedWayKind.AllowedApp => Text.Of(Texts.AddedAllowedApp, Name),
        _ => throw new InvalidOperationException($"No text for {Kind}."),
    };
}
