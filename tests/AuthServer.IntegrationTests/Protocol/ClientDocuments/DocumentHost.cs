using System.Collections.Concurrent;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Outbound;
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

    protected override HostSetup Prepare(HostSetup setup)
    {
        ArgumentNullException.ThrowIfNull(setup);
        var settings = new Dictionary<string, string>(setup.Settings)
        {
            ["CLIENT_DOCUMENTS"] = "on",
            ["CLIENT_DOCUMENTS_ALLOWED_DOMAINS"] = "publisher.test,auth.example.test",
            ["CLIENT_DOCUMENTS_DENIED_DOMAINS"] = "denied.publisher.test",
            ["CLIENT_REGISTRATION_SCOPES"] = "openid,profile,email,offline_access,notes:read",
            ["OUTBOUND_ALLOWED_HOSTS"] = string.Join(
                ',', new[] { Publisher.Host, Publisher.Homograph, "denied.publisher.test" }.Select(name => $"{name}:{Publisher.Port}")),
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
