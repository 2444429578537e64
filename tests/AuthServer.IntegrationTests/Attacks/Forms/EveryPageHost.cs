using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Ui;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Attacks.Forms;

/// <summary>A server that has every hosted page that there is in Production.</summary>
public sealed class EveryPageHost() : MailFixture(DatabaseKind.Sqlite)
{
    // Apps and services post there, and what they send is no form of this server.
    private static readonly string[] NoPages = ["/v1", "/auth", "/connect", "/.well-known", "/health", "/assets"];

    // In Development alone.
    private static readonly string[] NotHere = ["/demo", "/dev"];

    // The answer of a provider comes from its site, so it has no token of this one. It becomes a GET, which UpstreamAttackTests forge.
    private const string AnswerOfProvider = PagePaths.SignInWith + "/" + Provider;

    /// <summary>Another provider of identity that people sign in with.</summary>
    public const string Provider = "corp";

    public UpstreamServer Corp { get; private set; } = null!;

    protected override IReadOnlyDictionary<string, string> Rules { get; } = new Dictionary<string, string>
    {
        ["SIGNIN_METHODS"] = "password,passkey,email",
        // An account is made by a code, so that the pages of every mail are there.
        ["REGISTRATION_REVEALS_TAKEN_EMAIL"] = "false",
        ["SECOND_FACTOR"] = "admins",
        ["SECOND_FACTOR_EMAIL"] = "people",
    };

    /// <summary>The hosted pages that take this method, from the routes of the running server.</summary>
    public IReadOnlyList<string> Pages(string method) =>
    [
        .. Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(e => e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(method) == true)
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/').Replace("{provider}", Provider, StringComparison.Ordinal))
            .Where(path => method == HttpMethods.Get || path != AnswerOfProvider)
            .Where(path => !NoPages.Concat(NotHere).Any(p => path == p || path.StartsWith(p + "/", StringComparison.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal),
    ];

    public override async ValueTask InitializeAsync()
    {
        Corp = await UpstreamServer.StartAsync(Time);
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Corp.DisposeAsync();
    }

    protected override HostSetup Prepare(HostSetup setup)
    {
        var prepared = base.Prepare(setup);
        return prepared with
        {
            Settings = new Dictionary<string, string>([.. prepared.Settings, .. Corp.SettingsOf(Provider)])
            {
                ["UPSTREAM_PROVIDERS"] = Provider,
                ["UPSTREAM_CORP_TRUST_EMAIL"] = "true",
            },
        };
    }
}
