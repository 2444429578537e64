using AuthServer.Audit;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Controls;
using AuthServer.Users.Passkeys;
using AuthServer.Users.Profile;

namespace AuthServer.Users.MyAccount;

/// <summary>The readable page of an export.</summary>
internal static class ExportPage
{
    public static ExportModel Of(ExportedAccount account, PasskeyProviders providers, DateTime now)
    {
        var names = account.Names;
        return new()
        {
            Email = account.User.Email!,
            MadeAt = now,
            Claims =
            [
                .. StandardClaims.Of(account.User).Where(c => c.Value is not null)
                    .Select(c => KeyValuePair.Create(c.Key, c.Value!.ToString())),
            ],
            Roles = account.View.Roles,
            Theme = ThemeCookie.Of(account.User.Theme) ?? Theme.System,
            Passkeys =
            [
                .. account.WaysIn.Passkeys.Select(p => new ExportedPasskey(
                    p.Name.Length > 0 ? p.Name : null, providers.NameOf(p.Aaguid), p.IsBackupEligible, p.CreatedAt, p.LastUsedAt)),
            ],
            AppSince = account.WaysIn.AppSince,
            RecoveryCodesLeft = account.WaysIn.RecoveryCodesLeft,
            Devices =
            [
                .. account.WaysIn.Devices.Select(d => new ExportedSession(WordsOf(d.UserAgent), d.IpAddress, d.CreatedAt, d.LastUsedAt)),
            ],
            Connections = [.. account.WaysIn.Connected.Select(link => new ExportedConnection(link.Issuer, link.Label, link.At))],
            Sessions =
            [
                .. account.Sessions.Select(s => new ExportedSession(
                    s.ClientId is null ? WordsOf(s.UserAgent) : names.TryGetValue(s.ClientId, out var client) ? client.Name : s.ClientId,
                    s.IpAddress, s.CreatedAt, s.LastSeenAt)),
            ],
            Apps = [.. account.Apps.Select(a => new ExportedApp(a.Client?.Name ?? a.ClientId, a.Allowed.Scopes, a.Since, a.Allowed.Ends))],
            Activity = [.. account.Latest.Select(e => ActivityLines.Of(e, names))],
        };
    }

    private static string? WordsOf(string? userAgent)
    {
        var device = Device.Of(userAgent);
        return DeviceWords.Of(device.Browser, device.System);
    }
}
