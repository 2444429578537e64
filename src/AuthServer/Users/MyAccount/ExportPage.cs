using AuthServer.Audit;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Ui.Controls;
using AuthServer.Users.Profile;

namespace AuthServer.Users.MyAccount;

/// <summary>The readable page of an export.</summary>
internal static class ExportPage
{
    public static ExportModel Of(ExportedAccount account, DateTime now)
    {
        var names = account.Apps.Where(a => a.Client is not null).ToDictionary(a => a.ClientId, a => a.Client!);
        return new()
        {
            Email = account.User.Email!,
            MadeAt = now,
            Claims =
            [
                .. StandardClaims.Of(account.User).Where(c => c.Value is not null)
                    .Select(c => KeyValuePair.Create(c.Key, c.Value!.ToString())),
            ],
            Sessions =
            [
                .. account.Sessions.Select(s => new ExportedSession(
                    s.ClientId is null ? WordsOf(s.UserAgent) : names.TryGetValue(s.ClientId, out var client) ? client.Name : s.ClientId,
                    s.IpAddress, s.CreatedAt, s.LastSeenAt)),
            ],
            Apps = [.. account.Apps.Select(a => new ExportedApp(a.Client?.Name ?? a.ClientId, a.Allowed.Scopes, a.Since))],
            Activity = [.. account.Latest.Select(e => ActivityLines.Of(e, names))],
        };
    }

    private static string? WordsOf(string? userAgent)
    {
        var device = Device.Of(userAgent);
        return DeviceWords.Of(device.Browser, device.System);
    }
}
