using System.Text;
using AuthServer.Data.Entities;
using AuthServer.Seeding;
using AuthServer.UnitTests.Clients;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.Seeding;

/// <summary>Entries of a seed file with <c>"absent": true</c>.</summary>
public sealed class SeedRemovalTests : IAsyncDisposable
{
    private const string File = """
        {
          "scopes": [{ "name": "notes:read", "description": "Read notes" }],
          "clients": [
            { "client_id": "web", "token_endpoint_auth_method": "none", "scope": "openid",
              "redirect_uris": ["https://app.example.com/cb"] },
            { "client_id": "other", "token_endpoint_auth_method": "none", "scope": "openid",
              "redirect_uris": ["https://b.example.com/cb"] }
          ],
          "users": [
            { "email": "a@example.com", "password": "Correct-horse-7", "roles": ["admin"] },
            { "email": "b@example.com", "password": "Correct-horse-7" }
          ]
        }
        """;

    private readonly MemoryDatabase _database = new();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task An_absent_entry_is_deleted_with_what_belongs_to_it_and_only_once()
    {
        await AppliedAsync(File);
        var (user, web) = (
            await _database.DbAsync(db => db.Users.SingleAsync(u => u.NormalizedEmail == "a@example.com")), await _database.DbAsync(
                db => db.Clients.SingleAsync(c => c.ClientId == "web")));
        await _database.DbAsync(db =>
        {
            db.Sessions.Add(
                new() { Id = Guid.CreateVersion7(), UserId = user.Id, TokenHash = "1", Kind = SessionKind.Client, ClientId = "web" });
            db.Sessions.Add(new() { Id = Guid.CreateVersion7(), UserId = user.Id, TokenHash = "2" });
            db.Authorizations.Add(
                new() { Id = Guid.CreateVersion7(), Subject = user.Id.ToString(), Application = db.Clients.Single(c => c.Id == web.Id) });
            return db.SaveChangesAsync();
        });
        const string Absent = """
            {
              "scopes": [{ "name": "notes:read", "absent": true }],
              "clients": [{ "client_id": "web", "absent": true }, { "client_id": "never-was", "absent": true }],
              "users": [{ "email": "A@example.com", "absent": true }]
            }
            """;
        Assert.Equal(
            ["scope notes:read", "client web (1 session and 1 consent)", "user A@example.com (1 session and 0 consents)"],
            (await AppliedAsync(Absent)).Removed);
        Assert.Equal((0, 0, 1, 1), await _database.DbAsync(async db => (
            await db.Sessions.CountAsync(), await db.Authorizations.CountAsync(), await db.Clients.CountAsync(),
                await db.Users.CountAsync())));
        Assert.Equal(
            ["client.deleted seed: 1 session and 1 consent", "session.ended account deleted", "session.ended client deleted",
                "user.deleted seed"],
            (await _database.DbAsync(db => db.AuditEvents.ToListAsync())).Where(e => e.Kind.EndsWith("ed", StringComparison.Ordinal)
                && !e.Kind.EndsWith("created", StringComparison.Ordinal)).Select(e =>
                    $"{e.Kind} {e.Detail}").Order(StringComparer.Ordinal));

        // What was registered since stays, and only a reset deletes it again.
        Assert.IsType<CreatedClient.Created>(await _database.WithAsync(p => p.GetRequiredService<ClientCreation>().CreateAsync(
            """{"client_id":"web","redirect_uris":["https://app.example.com/cb"]}"""u8.ToArray(), default)));
        Assert.Empty((await AppliedAsync(Absent)).Removed);
        Assert.Equal(
            ["client web (0 sessions and 0 consents)"], Assert.IsType<SeedOutcome.Applied>(
                await RunAsync(Absent, new(["web"], Strict: false))).Removed);
    }

    [Theory]
    [InlineData("""{"clients":[{"client_id":"authplatform-first-party","absent":true}]}""", "is built in and cannot be deleted")]
    [InlineData("""{"scopes":[{"name":"users:read","absent":true}]}""", "is built in and cannot be deleted")]
    [InlineData("""{"scopes":[{"absent":true}]}""", "lacks name")]
    [InlineData("""{"clients":[{"client_id":"a","absent":false}]}""", "must be true")]
    [InlineData("""{"users":[{"email":"a@example.com","absent":true},{"email":"A@example.com","absent":true}]}""", "stands twice")]
    [InlineData(
        """
        {"scopes":[{"name":"a","absent":true}],
         "clients":[{"client_id":"c","token_endpoint_auth_method":"none","redirect_uris":["https://a.example/"],"scope":"a"}]}
        """,
        "is not registered")]
    public async Task An_absent_entry_that_cannot_be_right_is_refused(string file, string reason) =>
        Assert.Contains(
            reason, Assert.Single(Assert.IsType<SeedOutcome.Refused>(await RunAsync(file)).Problems).Message, StringComparison.Ordinal);

    private Task<SeedOutcome> RunAsync(string json, SeedRequest? request = null) =>
        _database.WithAsync(p => p.GetRequiredService<SeedRun>().ApplyAsync(Encoding.UTF8.GetBytes(json), request
            ?? SeedRequest.Usual, default));

    private async Task<SeedOutcome.Applied> AppliedAsync(string json) => Assert.IsType<SeedOutcome.Applied>(await RunAsync(json));
}
