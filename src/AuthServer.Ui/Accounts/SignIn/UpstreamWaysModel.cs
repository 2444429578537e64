namespace AuthServer.Ui.Accounts.SignIn;

/// <summary>The buttons of other providers; they post provider, again and returnUrl to /signin/with.</summary>
/// <param name="Again">The person is to prove anew who they are.</param>
public sealed record UpstreamWaysModel(IReadOnlyList<UpstreamWay> Ways, bool Again = false);

/// <summary>One button.</summary>
/// <param name="Name">Of the provider, in addresses.</param>
/// <param name="Label">What people read.</param>
/// <param name="WasLast">The last sign-in in this browser was by it.</param>
public sealed record UpstreamWay(string Name, string Label, bool WasLast);
