namespace AuthServer.Ui.Controls;

/// <summary>The icon of what keeps a passkey: paths of files that this server serves.</summary>
/// <param name="Dark">The one for dark pages; null where one serves both.</param>
public sealed record PasskeyIcon(string Light, string? Dark = null);
