using System.Text.Json;

namespace AuthServer.Protocol.Details;

/// <summary>
/// What was asked for one by one, as code and session keep it (<c>requested_claims</c>): single claims, and authorization details beside
/// them.
/// </summary>
internal static class KeptDetails
{
    private const string Member = $"\"{AuthorizationDetails.Parameter}\":";

    /// <param name="claims">A JSON object, or null.</param>
    /// <param name="details">Canonical, or null.</param>
    public static string? Join(string? claims, string? details) =>
        details is null ? claims : claims is null ? $"{{{Member}{details}}}" : $"{claims[..^1]},{Member}{details}}}";

    /// <returns>Canonical details; null where there are none.</returns>
    public static string? Of(string? kept)
    {
        if (kept is null || !kept.Contains(Member, StringComparison.Ordinal)) return null;
        using var json = JsonDocument.Parse(kept);
        return json.RootElement.TryGetProperty(AuthorizationDetails.Parameter, out var details) ? details.GetRawText() : null;
    }
}
