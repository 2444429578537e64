namespace AuthServer.Ui.Controls;

/// <summary>Whose account this is: the name or nothing, the email address and one or two letters for the round face.</summary>
public sealed record AccountChip(string Name, string Email, string Initials);
