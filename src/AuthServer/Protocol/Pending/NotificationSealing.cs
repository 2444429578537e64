using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Protocol.Pending;

/// <summary>What a client is called back with.</summary>
/// <param name="Row">Of the pending authorization: sealed for one, it opens for no other.</param>
/// <param name="RequestId">The auth_req_id.</param>
/// <param name="Bearer">The client's own client_notification_token (CIBA Core 7.1), by which it knows this server.</param>
public sealed record NotificationSecrets(Guid Row, string RequestId, string Bearer)
{
    /// <summary>The session whose tokens have been sent already, and were not taken; null: there is none.</summary>
    public Guid? Session { get; init; }

    /// <summary>Its refresh token; null: it has none.</summary>
    public string? RefreshToken { get; init; }
}

/// <summary>
/// Seals what a client is called back with, in its request, for the minutes until it has been.
/// </summary>
public sealed class NotificationSealing(IDataProtectionProvider protection)
{
    private readonly SealedText _sealed = new(protection, "authplatform/client-notification/1");

    public string Seal(NotificationSecrets secrets) => _sealed.Seal(secrets);

    /// <returns>Null for what was sealed for another request, or with a key that is gone.</returns>
    public NotificationSecrets? Open(string? text, Guid row) =>
        _sealed.Open<NotificationSecrets>(text) is { } secrets && secrets.Row == row ? secrets : null;
}
