using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Scopes;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Registration;

/// <summary>The client and the scopes that every installation has: they follow the configuration at each start.</summary>
public sealed class BuiltIns(
    ClientRows rows, ClientSecrets secrets, IServiceScopeFactory services, IssuerOptions issuer, TimeProvider time, ClientDirectory clients,
    ScopeDirectory scopes, ClientOrigins origins)
{
    /// <summary>Where readers of the API's reference return to after they have signed in.</summary>
    public const string ReferencePath = ApiPaths.Reference + "/";

    /// <summary>
    /// The operator's own app: it signs people in through the JSON API, returns to FRONTEND_URL, or to the reference of the API.
    /// </summary>
    public const string FirstPartyClientId = "authplatform-first-party";

    /// <summary>The scopes of the JSON API, in the words of the consent page.</summary>
    public static readonly ImmutableArray<(string Name, string Description)> Scopes =
    [
        (ScopeNames.AccountRead, "See your account and where you are signed in"),
        (ScopeNames.AccountWrite, "Change your account and end your sessions"),
        (ScopeNames.UsersRead, "See the people who have an account here"),
        (ScopeNames.UsersWrite, "Create, change and remove accounts"),
    ];

    /// <summary>Whether the scope exists without being registered.</summary>
    public static bool IsBuiltInScope(string name) => ScopeNames.Standard.Contains(name) || Scopes.Any(s => s.Name == name);

    /// <summary>Whether a seed file may not redefine the scope.</summary>
    /// <remarks>Files of before there were roles and groups may have scopes of these names; their words count then.</remarks>
    public static bool IsFixedScope(string name) => IsBuiltInScope(name) && name is not (ScopeNames.Roles or ScopeNames.Groups);

    public async Task ApplyAsync(CancellationToken cancellation)
    {
        var metadata = FirstPartyClient();
        if (await AreCurrentAsync(metadata, cancellation)) return;

        var now = time.GetUtcNow();
        await using var scope = services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<AuthDbContext>();
        foreach (var (name, description) in Scopes) await ApplyScopeAsync(db, name, description, now, cancellation);
        var client = await db.Clients.FirstOrDefaultAsync(c => c.ClientId == FirstPartyClientId, cancellation);
        if (client is null)
        {
            db.Clients.Add(ClientRegistration.NewClient(Guid.CreateVersion7(now), FirstPartyClientId, metadata, secret: null, secrets));
        }
        else ClientRegistration.Update(client, metadata, secret: null, secrets);
        await db.SaveChangesAsync(cancellation);
        clients.Forget(FirstPartyClientId);
        scopes.Forget();
        origins.Forget();
    }

    /// <summary>Almost every start finds nothing to do, and need not load EF Core to see that.</summary>
    private async Task<bool> AreCurrentAsync(ClientMetadata metadata, CancellationToken cancellation)
    {
        // Through the directory, which keeps them: the first answer asks for the scopes too.
        var known = (await scopes.NewEntitiesAsync(Scopes.Select(s => s.Name), cancellation))
            .ToDictionary(s => s.Name!, StringComparer.Ordinal);
        return Scopes.All(s => known.TryGetValue(s.Name, out var row)
            && !ScopeRegistration.Update(row, s.Description, [issuer.ApiAudience]))
            && await rows.FindAsync(FirstPartyClientId, cancellation) is { } client
                && !ClientRegistration.Update(client, metadata, secret: null, secrets);
    }

    private ClientMetadata FirstPartyClient()
    {
        // As it was written and as a browser writes it: "https://app.example.com" and "https://app.example.com/".
        string[] frontend = issuer.FrontendUrl is { } url ? [.. new[] { url.OriginalString, url.AbsoluteUri }.Distinct()] : [];
        if (frontend.Select(r => RedirectUris.Fault(r, native: false)).FirstOrDefault(f => f is not null) is { } fault)
        {
            throw new StartRefusedException($"FRONTEND_URL {fault}");
        }
        var json = new JsonObject
        {
            ["client_name"] = "AuthPlatform",
            ["token_endpoint_auth_method"] = ClientAuthMethods.None,
            ["grant_types"] = new JsonArray("authorization_code", "refresh_token", GrantNames.Login),
            ["redirect_uris"] = new JsonArray([.. frontend.Append(issuer.IssuerText + ReferencePath).Select(r => JsonValue.Create(r))]),
            ["post_logout_redirect_uris"] = new JsonArray([.. frontend.Select(r => JsonValue.Create(r))]),
            ["scope"] = string.Join(' ', ["openid", "profile", "email", "offline_access", .. Scopes.Select(s => s.Name)]),
            ["first_party"] = true,
            ["trusted"] = true,
        };
        return ClientMetadataReader.ReadLeniently(JsonElement.Parse(json.ToJsonString()));
    }

    private async Task ApplyScopeAsync(
        AuthDbContext db, string name, string description, DateTimeOffset now, CancellationToken cancellation)
    {
        var row = await db.Scopes.FirstOrDefaultAsync(s => s.Name == name, cancellation);
        if (row is null)
        {
            row = new() { Id = Guid.CreateVersion7(now), Name = name };
            db.Scopes.Add(row);
        }
        ScopeRegistration.Update(row, description, [issuer.ApiAudience]);
    }
}
