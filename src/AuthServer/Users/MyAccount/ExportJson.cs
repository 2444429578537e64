using System.Text.Json.Nodes;
using AuthServer.Data.Entities;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Profile;

namespace AuthServer.Users.MyAccount;

/// <summary>The JSON files of an export. No secret is among them: neither hashes nor stamps, nor what seals them.</summary>
internal static class ExportJson
{
    public static JsonObject AccountOf(ExportedAccount account)
    {
        var (user, view) = (account.User, account.View);
        return new JsonObject
        {
            ["id"] = user.Id.ToString(),
            ["email"] = user.Email,
            ["email_verified"] = user.EmailConfirmed,
            ["created_at"] = TimeOf(user.CreatedAt),
            ["updated_at"] = TimeOf(user.UpdatedAt),
            ["has_password"] = user.PasswordHash != User.NoPassword,
            ["roles"] = ListOf(view.Roles),
            ["theme"] = user.Theme,
            ["claims"] = StandardClaims.Of(user),
        };
    }

    public static JsonArray SessionsOf(ExportedAccount account) => [.. account.Sessions.Select(s => new JsonObject
    {
        ["id"] = s.Id.ToString(),
        ["client_id"] = s.ClientId,
        ["scopes"] = s.Scopes,
        ["created_at"] = TimeOf(s.CreatedAt),
        ["last_seen_at"] = TimeOf(s.LastSeenAt),
        ["expires_at"] = TimeOf(s.ExpiresAt),
        ["ip_address"] = s.IpAddress,
        ["user_agent"] = s.UserAgent,
    })];

    /// <summary>Neither keys nor codes: what is known of a passkey is its name and what its device told.</summary>
    public static JsonObject WaysInOf(ExportedAccount account, PasskeyProviders providers) => new()
    {
        ["passkeys"] = new JsonArray([.. account.WaysIn.Passkeys.Select(p => new JsonObject
        {
            ["id"] = p.Id.ToString(),
            ["name"] = p.Name,
            ["aaguid"] = p.Aaguid?.ToString(),
            ["provider"] = providers.NameOf(p.Aaguid),
            ["synced"] = p.IsBackupEligible,
            ["created_at"] = TimeOf(p.CreatedAt),
            ["last_used_at"] = TimeOf(p.LastUsedAt),
        })]),
        ["connected_sign_ins"] = new JsonArray([.. account.WaysIn.Connected.Select(link => new JsonObject
        {
            ["issuer"] = link.Issuer,
            ["subject"] = link.Subject,
            ["label"] = link.Label,
            ["connected_at"] = TimeOf(link.At),
        })]),
        ["authenticator_app_since"] = TimeOf(account.WaysIn.AppSince),
        ["recovery_codes_left"] = account.WaysIn.RecoveryCodesLeft,
        ["remembered_devices"] = new JsonArray([.. account.WaysIn.Devices.Select(d => new JsonObject
        {
            ["id"] = d.Id.ToString(),
            ["user_agent"] = d.UserAgent,
            ["ip_address"] = d.IpAddress,
            ["created_at"] = TimeOf(d.CreatedAt),
            ["last_used_at"] = TimeOf(d.LastUsedAt),
            ["expires_at"] = TimeOf(d.ExpiresAt),
        })]),
    };

    public static JsonArray AppsOf(ExportedAccount account) => [.. account.Apps.Select(a => new JsonObject
    {
        ["client_id"] = a.ClientId,
        ["name"] = a.Client?.Name,
        ["scopes"] = ListOf(a.Allowed.Scopes),
        ["claims"] = ListOf(a.Allowed.Claims),
        ["resources"] = ListOf(a.Allowed.Resources),
        ["since"] = TimeOf(a.Since),
        ["ends_at"] = TimeOf(a.Allowed.Ends),
        ["last_used_at"] = TimeOf(a.LastUsed),
    })];

    public static JsonObject EventOf(AuditEvent e) => new()
    {
        ["id"] = e.Id.ToString(),
        ["occurred_at"] = TimeOf(e.OccurredAt),
        ["kind"] = e.Kind,
        ["by_person"] = AccountActivity.IsByPerson(e),
        ["client_id"] = e.ClientId,
        ["session_id"] = AccountActivity.IsByPerson(e) ? e.SessionId?.ToString() : null,
        ["ip_address"] = AccountActivity.IsByPerson(e) ? e.IpAddress : null,
        ["user_agent"] = AccountActivity.IsByPerson(e) ? e.UserAgent : null,
        ["detail"] = e.Detail,
    };

    private static JsonArray ListOf(IEnumerable<string> values) => [.. values.Select(value => (JsonNode?)value)];

    private static string? TimeOf(DateTime? utc) =>
        utc?.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture);
}
