using AuthServer.IntegrationTests.Fixtures;
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
            .Select(e => "/" + e.RoutePattern.RawText!.TrimStart('/'))
            .Where(path => !NoPages.Concat(NotHere).Any(p => path == p || path.StartsWith(p + "/", StringComparison.Ordinal)))
            .Distinct().Order(StringComparer.Ordinal),
    ];
}
