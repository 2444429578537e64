using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Users.Administration;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.Upstream;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.MyAccount;

/// <summary>Writes what is stored about a person as a zip file: JSON for programs, and one page to read.</summary>
/// <remarks>The file is written while it is read from the database, in batches, so that its size costs no memory.</remarks>
public sealed class AccountExport(
    AuthDbContext db, UserDirectory users, SessionList sessions, ConnectedApps apps, AccountActivity activity, PersonPasskeys passkeys,
    PasskeyProviders providers, AuthenticatorApps authenticators, RecoveryCodes recoveryCodes, RememberedDevices devices,
    UpstreamLinks links, ListedClients clients, IServiceProvider services, ILoggerFactory logs, TimeProvider time)
{
    public const string MediaType = "application/zip";

    // The page is for reading; activity.json has everything.
    private const int BatchSize = 500, MostOnPage = 500;

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.Default };

    /// <summary>The name of the file, by its day.</summary>
    public string FileName => $"account-{time.GetUtcNow():yyyy-MM-dd}.zip";

    /// <summary>To be called before the answer begins.</summary>
    /// <returns>Null when the account is gone.</returns>
    public async Task<ExportedAccount?> BeginAsync(AccountActor.Person person, CancellationToken cancellationToken)
    {
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == person.UserId, cancellationToken) is not { } user
            || await users.FindAsync(user.Id, cancellationToken) is not { } view) return null;
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserDataExported, person.Caller, user.Id, user.Id, person.ClientId,
            person.SessionId);
        await db.SaveChangesAsync(cancellationToken);
        var (open, latest) = (
            await sessions.ListAsync(user.Id, cancellationToken),
            await activity.ListAsync(user.Id, null, MostOnPage, cancellationToken));
        // Also of apps whose access was taken back since.
        var named = open.Select(s => s.ClientId).Concat(latest.Select(e => e.ClientId)).OfType<string>().ToHashSet(StringComparer.Ordinal);
        return new(
            user, view, open, await apps.ListAsync(user.Id, cancellationToken), latest,
            await WaysInAsync(user, cancellationToken), await clients.FindAsync(named, cancellationToken));
    }

    public async Task WriteAsync(ExportedAccount account, Stream stream, CancellationToken cancellationToken)
    {
        await using var body = new DeferredStream(stream);
        await using (var zip = await ZipArchive.CreateAsync(body, ZipArchiveMode.Create, leaveOpen: true, null, cancellationToken))
        {
            await WriteAsync(zip, "account.json", ExportJson.AccountOf(account), cancellationToken);
            await WriteAsync(zip, "sessions.json", ExportJson.SessionsOf(account), cancellationToken);
            await WriteAsync(zip, "sign_in.json", ExportJson.WaysInOf(account, providers), cancellationToken);
            await WriteAsync(zip, "apps.json", ExportJson.AppsOf(account), cancellationToken);
            await WritePictureAsync(zip, account.User.Id, cancellationToken);
            await WriteActivityAsync(zip, account.User.Id, cancellationToken);
            await WritePageAsync(zip, account, cancellationToken);
        }

        await body.FlushAsync(cancellationToken);
    }

    private async Task<ExportedWaysIn> WaysInAsync(User user, CancellationToken cancellationToken) => new(
        await passkeys.ListAsync(user.Id, cancellationToken), await authenticators.SinceAsync(user.Id, cancellationToken),
        await recoveryCodes.LeftAsync(user.Id, cancellationToken), await devices.ListAsync(user, cancellationToken),
        await links.ListAsync(user.Id, cancellationToken));

    private static async Task WriteAsync(ZipArchive zip, string name, JsonNode content, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry(name).OpenAsync(cancellationToken);
        await using var json = new Utf8JsonWriter(entry, Indented);
        content.WriteTo(json);
        await json.FlushAsync(cancellationToken);
    }

    private async Task WritePictureAsync(ZipArchive zip, Guid userId, CancellationToken cancellationToken)
    {
        var picture = await db.ProfilePictures.Where(p => p.UserId == userId).Select(p => p.Content).FirstOrDefaultAsync(cancellationToken);
        if (picture is null) return;
        // A JPEG does not get smaller.
        await using var entry = await zip.CreateEntry("picture.jpg", CompressionLevel.NoCompression).OpenAsync(cancellationToken);
        await entry.WriteAsync(picture, cancellationToken);
    }

    private async Task WriteActivityAsync(ZipArchive zip, Guid userId, CancellationToken cancellationToken)
    {
        await using var entry = await zip.CreateEntry("activity.json").OpenAsync(cancellationToken);
        await using var json = new Utf8JsonWriter(entry, Indented);
        json.WriteStartArray();
        ActivityCursor? before = null;
        while (true)
        {
            // Batches and no open reader: whoever downloads slowly must not hold a connection of the pool.
            var events = await activity.ListAsync(userId, before, BatchSize, cancellationToken);
            foreach (var e in events) ExportJson.EventOf(e).WriteTo(json);
            await json.FlushAsync(cancellationToken);
            if (events.Count < BatchSize) break;
            before = new(events[^1].OccurredAt, events[^1].Id);
        }

        json.WriteEndArray();
        await json.FlushAsync(cancellationToken);
    }

    private async Task WritePageAsync(ZipArchive zip, ExportedAccount account, CancellationToken cancellationToken)
    {
        await using var renderer = new HtmlRenderer(services, logs);
        var html = await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var model = ExportPage.Of(account, providers, time.GetUtcNow().UtcDateTime);
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?> { ["Model"] = model });
            return (await renderer.RenderComponentAsync<ExportDocument>(parameters)).ToHtmlString();
        });
        await using var entry = await zip.CreateEntry("index.html").OpenAsync(cancellationToken);
        await using var text = new StreamWriter(entry);
        await text.WriteAsync(html.AsMemory(), cancellationToken);
        await text.FlushAsync(cancellationToken);
    }
}

/// <summary>What an export is made of.</summary>
/// <param name="Latest">The events for the page, the latest first.</param>
/// <param name="Names">The apps by client id that sessions and events name, as far as they are registered.</param>
public sealed record ExportedAccount(
    User User, UserView View, IReadOnlyList<ListedSession> Sessions, IReadOnlyList<ConnectedApp> Apps, IReadOnlyList<AuditEvent> Latest,
    ExportedWaysIn WaysIn, IReadOnlyDictionary<string, RegisteredClient> Names);

/// <summary>The ways into an account beside its password.</summary>
/// <param name="AppSince">UTC; null: there is no authenticator app.</param>
public sealed record ExportedWaysIn(
    IReadOnlyList<Passkey> Passkeys, DateTime? AppSince, int RecoveryCodesLeft, IReadOnlyList<RememberedDeviceRow> Devices,
    IReadOnlyList<UpstreamLink> Connected);
