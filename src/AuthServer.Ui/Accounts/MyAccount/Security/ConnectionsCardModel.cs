namespace AuthServer.Ui.Accounts.MyAccount.Security;

/// <summary>The card of the sign-ins of other providers.</summary>
/// <param name="Connected">Which lead into the account.</param>
/// <param name="Others">Which can be connected: name and label of the provider.</param>
public sealed record ConnectionsCardModel(IReadOnlyList<ConnectedSignIn> Connected, IReadOnlyList<OfferedSignIn> Others);

/// <summary>One sign-in that leads into the account.</summary>
/// <param name="Provider">What people read.</param>
/// <param name="Label">What the person knows it by.</param>
/// <param name="Since">UTC.</param>
/// <param name="IsUsable">False while its provider is not configured.</param>
public sealed record ConnectedSignIn(string Id, string Provider, string? Label, DateTime? Since, bool IsUsable);

/// <summary>A provider that can be connected.</summary>
public sealed record OfferedSignIn(string Name, string Label);
