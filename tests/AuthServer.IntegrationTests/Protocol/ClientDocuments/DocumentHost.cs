using System.Collections.Concurrent;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Outbound;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AuthServer.IntegrationTests.Protocol.ClientDocuments;

/// <summary>A server that takes documents of clients, and a publisher beside it.</summary>
public abstract class DocumentHost(DatabaseKind kind) : HostFixture(kind)
{
    private Publisher? _publisher;

    internal Publisher Publisher => _publisher!;

    /// <summary>Where names lead; the others lead to the publisher.</summary>
    public IDictionary<string, IPAddress> Names { get; } = new ConcurrentDictionary<string, IPAddress>(StringComparer.Ordinal);

    /// <summary>The names that the server has looked up.</summary>
    public ConcurrentBag<string> LookedUp { get; } = [];

    public override async ValueTask InitializeAsync()
    {
        _publisher = await Publisher.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _publisher!.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    public ClientApp App(string clientId, string redirectUri = "https://app.publisher.test/cb") => new(Issuer, clientId, null, redirectUri);

    public Task<int> CountRowsAsync(string clientId) => Host.WithDatabaseAsync(db => db.Clients.CountAsync(c => c.ClientId == clientId));

    /// <summary>Beyond everything that keeps a document.</summary>
    public void LetDocumentsExpire() => Time.Advance(TimeSpan.FromMinutes(61));

    /// <summary>Leaves by the app: the end of the session is told in the back channel.</summary>
    public Task<Page> SignOutAsync(Browser browser, TokenAnswer tokens, string back)
    {
        ArgumentNullException.ThrowIfNull(browser);
        ArgumentNullException.ThrowIfNull(tokens);
        return browser.OpenAsync(QueryHelpers.AddQueryString(Issuer.PathOf("/connect/endsession"), new Dictionary<string, string?>
        {
            ["id_token_hint"] = tokens.Text("id_token"), ["post_logout_redirect_uri"] = back,
        }));
    }

    /// <summary>Lets the server's time pass until it is so: the delivery waits by this clock.</summary>
    public Task UntilAsync(string what, Func<Task<bool>> isSo, TimeSpan? step = null) => Eventually.UntilAsync(what, async () =>
    {
        if (await isSo()) return true;
        Time.Advance(step ?? TimeSpan.FromMilliseconds(100));
        return false;
    });

    /// <summary>Why the client could not be told of the end of a session, once it was tried.</summary>
    public async Task<string> FaultOfNoticeAsync(Guid session)
    {
        string? fault = null;
        await UntilAsync("it was tried", async () => (fault = await Host.WithDatabaseAsync(
            db => db.LogoutNotices.Where(n => n.SessionId == session).Select(n => n.LastError).SingleAsync())) is not null);
        return fault!;
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var settings = new Dictionary<string, string>(setup.Settings)
        {
            ["CLIENT_DOCUMENTS"] = "on", ["TRUSTED_PROXIES"] = "127.0.0.1",
            ["CLIENT_DOCUMENTS_ALLOWED_DOMAINS"] = "publisher.test,auth.example.test",
            ["CLIENT_DOCUMENTS_DENIED_DOMAINS"] = "denied.publisher.test",
            ["CLIENT_REGISTRATION_SCOPES"] = "openid,profile,email,offline_access,notes:read",
            ["OUTBOUND_ALLOWED_HOSTS"] = string.Join(
                ',', new[] { Publisher.Host, Publisher.Homograph, Publisher.Inside, "denied.publisher.test" }
                    .Select(name => $"{name}:{Publisher.Port}")),
        };
        return setup with
        {
            Settings = settings,
            Services = services => services.Replace(ServiceDescriptor.Singleton(provider => new SafeHttp(
                provider.GetRequiredService<OutboundOptions>(), LookUpAsync, TimeProvider.System, Publisher.Tls))),
        };
    }

    private Task<IPAddress[]> LookUpAsync(string host, CancellationToken stop)
    {
        LookedUp.Add(host);
        return Task.FromResult<IPAddress[]>([Names.TryGetValue(host, out var address) ? address : IPAddress.Loopback]);
    }
}

public sealed class DocumentsOnSqlite() : DocumentHost(DatabaseKind.Sqlite);

public sealed class DocumentsOnPostgres() : DocumentHost(DatabaseKind.Postgres);
