using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Users.EmailAddresses;
using AuthServer.Users.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Seeding;

/// <summary>
/// Clients, an API and people to try the server with, in Development alone. It adds what is missing and never overwrites what others have
/// put there.
/// </summary>
public sealed class DemoSeed(
    AuthDbContext db, SeedRun run, SeedFileReader reader, DemoSecrets secrets, ClientSecrets clientSecrets, Argon2PasswordHasher hasher,
    DemoNotice notice,
    IssuerOptions issuer, DemoApp app)
{
    /// <summary>The <c>software_id</c> by which the demo knows its own clients again.</summary>
    private const string SoftwareId = "authplatform-demo";

    public async Task ApplyAsync(CancellationToken cancellation)
    {
        var (file, problems) = reader.Read(WithSecrets(await ReadResourceAsync(cancellation)), wasAccepted: (_, _) => true);
        if (file is null) throw new InvalidOperationException("The demo seed is refused: " + string.Join("; ", problems));
        var ours = await OnlyOursAsync(file, cancellation);
        await run.ApplyWholeAsync(ours, cancellation);
        app.IsOffered = ours.Clients.Any(c => c.ClientId == DemoApp.ClientId);
        await FillNoticeAsync(file, cancellation);
    }

    private ReadOnlyMemory<byte> WithSecrets(JsonNode demo)
    {
        foreach (var client in demo["clients"]!.AsArray())
        {
            // So that the first steps need one token: for userinfo, and for the sample API.
            if (client!["redirect_uris"] is not null) client["default_resources"] = new JsonArray(issuer.IssuerText, DemoApp.SampleApi);
            var clientId = client["client_id"]!.GetValue<string>();
            // They are held to what they can do, whatever the server's own clients are held to.
            client[SecurityProfiles.Member] = SecurityProfiles.NameOf(SecurityProfile.OAuth21);
            if (clientId == DemoApp.ClientId) client["redirect_uris"]!.AsArray().Add(app.RedirectUri);
            if (client["token_endpoint_auth_method"]?.GetValue<string>() == ClientAuthMethods.None) continue;
            client["client_secret"] = secrets.ClientSecret(clientId);
        }
        foreach (var user in demo["users"]!.AsArray()) user!["password"] = secrets.Password(user["email"]!.GetValue<string>());
        return Encoding.UTF8.GetBytes(demo.ToJsonString());
    }

    private static async Task<JsonNode> ReadResourceAsync(CancellationToken cancellation)
    {
        await using var stream = typeof(DemoSeed).Assembly.GetManifestResourceStream("demo.json")
            ?? throw new InvalidOperationException("The demo seed is missing from the assembly.");
        return (await JsonNode.ParseAsync(stream, cancellationToken: cancellation))!;
    }

    private async Task<SeedFile> OnlyOursAsync(SeedFile file, CancellationToken cancellation)
    {
        var scopes = await db.Scopes.Select(s => s.Name).ToHashSetAsync(cancellation);
        var ids = file.Clients.Select(c => c.ClientId).ToArray();
        var clients = await db.Clients.AsNoTracking().Where(c => ids.Contains(c.ClientId!)).ToListAsync(cancellation);
        var foreign = clients.Select(row => RegisteredClient.Of(row)).Where(c => !IsOurs(c.Metadata)).Select(c => c.ClientId).ToHashSet();
        var users = await StoredAsync(file, cancellation);
        var resources = await db.Resources.Select(r => r.Identifier).ToHashSetAsync(cancellation);
        return new(
            [.. file.Scopes.Where(s => !scopes.Contains(s.ScopeName))],
            [.. file.Clients.Where(c => !foreign.Contains(c.ClientId))],
            [.. file.Users.Where(u => !users.ContainsKey(EmailKey.Of(u.Email)))])
        {
            Resources = [.. file.Resources.Where(r => !resources.Contains(r.Resource.Identifier))],
        };
    }

    private static bool IsOurs(JsonElement metadata) => metadata.TryGetProperty("software_id", out var id) && id.ValueEquals(SoftwareId);

    private Task<Dictionary<string, User>> StoredAsync(SeedFile file, CancellationToken cancellation)
    {
        var keys = file.Users.Select(u => EmailKey.Of(u.Email)).ToArray();
        return db.Users.AsNoTracking().Where(u => keys.Contains(u.NormalizedEmail!))
            .ToDictionaryAsync(u => u.NormalizedEmail!, cancellation);
    }

    private async Task FillNoticeAsync(SeedFile file, CancellationToken cancellation)
    {
        var users = await StoredAsync(file, cancellation);
        notice.People = [.. file.Users.Select(
            u => (u.Email, Still(users[EmailKey.Of(u.Email)], u.Password!) ? u.Password! : "(changed since the first start)"))];
        var ids = file.Clients.Select(c => c.ClientId).ToArray();
        var stored = await db.Clients.AsNoTracking().Where(c => ids.Contains(c.ClientId!)
            && c.ClientSecret != null).ToDictionaryAsync(c => c.ClientId!, c => c.ClientSecret!, cancellation);
        notice.Clients = [.. from c in file.Clients
                             where c.Secret is not null
                             let right = stored.TryGetValue(c.ClientId, out var hash) && clientSecrets.Verify(c.Secret!, hash)
                             select (c.ClientId, right ? c.Secret! : "(registered by somebody else)")];
    }

    private bool Still(User user, string password) =>
        hasher.VerifyHashedPassword(user, user.PasswordHash!, password) != PasswordVerificationResult.Failed;
}
