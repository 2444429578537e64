namespace AuthServer.Sessions;

/// <summary>What goes with a deleted client or account.</summary>
public sealed record DeletedWith(int Sessions, int Consents)
{
    public override string ToString() => $"{Count(Sessions, "session")} and {Count(Consents, "consent")}";

    private static string Count(int count, string word) => count == 1 ? $"1 {word}" : $"{count} {word}s";
}
