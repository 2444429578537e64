using AuthServer.Ui.Controls;

namespace AuthServer.Ui.Accounts.Upstream;

/// <summary>Asks whether a sign-in of another provider is to be connected; it posts decision and returnUrl to /signin/connect.</summary>
/// <param name="Provider">What people read.</param>
/// <param name="Label">What the person knows the sign-in by.</param>
/// <param name="Account">To which it would be connected.</param>
public sealed record ConnectModel(string Provider, string? Label, AccountChip Account, string? ReturnUrl);
