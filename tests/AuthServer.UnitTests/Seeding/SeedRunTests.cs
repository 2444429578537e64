using System.Text;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Data.Entities;
using AuthServer.Seeding;
using AuthServer.UnitTests.Clients;
using AuthServer.Users.Passwords;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.UnitTests.Seeding;

public sealed class SeedRunTests : IAsyncDisposable
{
    private const string WebSecret = "9d31f0a76c2be8459d31f0a76c2be846";
    private const string ApiSecret = "0b7e64d2c91fa8350b7e64d2c91fa836";
    private const string File = $$"""
        {
          "scopes": [{ "name": "notes:read", "description": "Read notes", "resources": ["https://api.example.com"] }],
          "clients": [
            { "client_id": "web", "client_secret": "{{WebSecret}}",
              "redirect_uris": ["https://app.example.com/cb"], "scope": "openid notes:read" },
            { "client_id": "api", "client_secret": "{{ApiSecret}}", "grant_types": [], "resources": ["https://api.example.com"] }
          ],
          "users": [
            { "email": "a@example.com", "password": "Correct-horse-7", "first_name": "Ann",
              "roles": ["admin"], "claims": { "nickname": "A", "email_verified": true, "updated_at": 1700000000 } },
            { "email": "b@example.com",
              "password_hash": "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }
          ]
        }
        """;

    private readonly MemoryDatabase _database = new();

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task A_file_makes_what_it_names_and_a_second_run_changes_nothing()
    {
        var first = await AppliedAsync(File);
        Assert.Equal((new(1, 0, 0), new(2, 0, 0), new(2, 0, 0)), (first.Scopes, first.Clients, first.Users));
        var before = await StateAsync();
        _database.Time.Advance(TimeSpan.FromHours(1));
        var second = await AppliedAsync(File);
        Assert.Equal((new(0, 0, 1), new(0, 0, 2), new(0, 0, 2)), (second.Scopes, second.Clients, second.Users));
        Assert.Equal(before, await StateAsync());
    }

    [Fact]
    public async Task A_seeded_user_has_the_profile_the_role_the_password_and_an_audit_row()
    {
        await AppliedAsync(File);
        var user = await UserAsync("a@example.com");
        Assert.Equal(("Ann", true, """{"nickname":"A"}"""), (user.FirstName, user.EmailConfirmed, user.Claims));
        Assert.True(HasPassword(user, "Correct-horse-7"));
        Assert.False(string.IsNullOrEmpty(user.SecurityStamp));
        var role = await _database.DbAsync(db => db.UserRoles.Where(r => r.UserId == user.Id)
            .Join(db.Roles, r => r.RoleId, r => r.Id, (_, r) => r.NormalizedName).SingleAsync());
        Assert.Equal("admin", role);
        Assert.Equal(2, await _database.DbAsync(db => db.AuditEvents.CountAsync(e => e.Kind == "user.created" && e.Detail == "seed")));
    }

    [Fact]
    public async Task Only_what_the_file_changed_is_updated()
    {
        await AppliedAsync(File);
        var before = await UserAsync("a@example.com");
        var outcome = await AppliedAsync(File.Replace("\"Ann\"", "\"Anne\"", StringComparison.Ordinal)
            .Replace("app.example.com/cb", "app.example.com/back", StringComparison.Ordinal)
                .Replace("Read notes", "See notes", StringComparison.Ordinal));
        Assert.Equal((new(0, 1, 0), new(0, 1, 1), new(0, 1, 1)), (outcome.Scopes, outcome.Clients, outcome.Users));
        var after = await UserAsync("a@example.com");
        Assert.Equal(
            ("Anne", before.SecurityStamp, before.PasswordHash, before.Version + 1),
                (after.FirstName, after.SecurityStamp, after.PasswordHash, after.Version));
    }

    [Fact]
    public async Task A_password_that_no_longer_verifies_is_set_and_former_sessions_lose_their_stamp()
    {
        await AppliedAsync(File);
        var before = await UserAsync("a@example.com");
        Assert.Equal(
            new(0, 1, 1), (await AppliedAsync(File.Replace("Correct-horse-7", "Correct-horse-8", StringComparison.Ordinal))).Users);
        var after = await UserAsync("a@example.com");
        Assert.NotEqual(before.SecurityStamp, after.SecurityStamp);
        Assert.True(HasPassword(after, "Correct-horse-8"));
    }

    [Fact]
    public async Task A_password_hash_begins_an_account_and_never_overwrites_the_password_that_came_after()
    {
        await AppliedAsync(File);
        await _database.DbAsync(db => db.Users.Where(u => u.NormalizedEmail == "b@example.com")
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, "chosen since")));
        Assert.Equal(new(0, 0, 2), (await AppliedAsync(File)).Users);
        Assert.Equal("chosen since", (await UserAsync("b@example.com")).PasswordHash);
    }

    [Fact]
    public async Task A_role_that_the_file_takes_away_is_gone_and_one_that_it_does_not_mention_stays()
    {
        await AppliedAsync(File);
        await AppliedAsync(File.Replace("\"roles\": [\"admin\"], ", "", StringComparison.Ordinal));
        Assert.Equal(1, await _database.DbAsync(db => db.UserRoles.CountAsync()));
        await AppliedAsync(File.Replace("[\"admin\"]", "[]", StringComparison.Ordinal));
        Assert.Equal(0, await _database.DbAsync(db => db.UserRoles.CountAsync()));
    }

    [Fact]
    public async Task What_people_and_admins_have_changed_stays_at_the_next_run_of_the_same_file()
    {
        await AppliedAsync(File);
        await _database.DbAsync(db => db.Users.Where(u => u.NormalizedEmail == "a@example.com").ExecuteUpdateAsync(s => s
            .SetProperty(u => u.PasswordHash, "chosen since").SetProperty(u => u.FirstName, "Annabel")
                .SetProperty(u => u.SecurityStamp, "since")));
        await _database.DbAsync(db => db.UserRoles.ExecuteDeleteAsync());
        await _database.DbAsync(db => db.Users.Where(u => u.NormalizedEmail == "b@example.com").ExecuteDeleteAsync());
        await _database.DbAsync(
            db => db.Clients.Where(c => c.ClientId == "api").ExecuteUpdateAsync(s => s.SetProperty(c => c.DisplayName, "Renamed")));

        var second = await AppliedAsync(File);
        Assert.Equal((new(0, 0, 1), new(0, 0, 2), new(0, 0, 2)), (second.Scopes, second.Clients, second.Users));
        var user = await UserAsync("a@example.com");
        Assert.Equal(("chosen since", "Annabel", "since"), (user.PasswordHash, user.FirstName, user.SecurityStamp));
        Assert.Equal((0, 1), await _database.DbAsync(async db => (await db.UserRoles.CountAsync(), await db.Users.CountAsync())));
        Assert.Equal(
            "Renamed", await _database.DbAsync(db => db.Clients.Where(c => c.ClientId == "api").Select(c => c.DisplayName).SingleAsync()));
    }

    [Fact]
    public async Task A_changed_profile_in_the_file_does_not_set_back_the_password_that_the_person_chose()
    {
        await AppliedAsync(File);
        await _database.DbAsync(db => db.Users.Where(u => u.NormalizedEmail == "a@example.com")
            .ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, "chosen since")));
        await AppliedAsync(File.Replace("\"Ann\"", "\"Anne\"", StringComparison.Ordinal));
        var user = await UserAsync("a@example.com");
        Assert.Equal(("chosen since", "Anne"), (user.PasswordHash, user.FirstName));
    }

    [Fact]
    public async Task A_person_who_had_an_account_before_the_file_keeps_the_password_and_gets_the_role()
    {
        await _database.DbAsync(db =>
        {
            db.Users.Add(
                new() { Id = Guid.CreateVersion7(), Email = "a@example.com", NormalizedEmail = "a@example.com", PasswordHash = "own",
                    SecurityStamp = "own" });
            return db.SaveChangesAsync();
        });
        await AppliedAsync(File);
        Assert.Equal(("own", "own"), ((await UserAsync("a@example.com")).PasswordHash, (await UserAsync("a@example.com")).SecurityStamp));
        Assert.Equal(1, await _database.DbAsync(db => db.UserRoles.CountAsync()));
    }

    [Theory]
    [InlineData("a@example.com")]
    [InlineData("A@Example.com")]
    public async Task A_reset_sets_the_named_user_back_to_the_file_and_nobody_else(string name)
    {
        await AppliedAsync(File);
        await _database.DbAsync(
            db => db.Users.ExecuteUpdateAsync(s => s.SetProperty(u => u.PasswordHash, "chosen since").SetProperty(u => u.FirstName, "X")));
        Assert.IsType<SeedOutcome.Applied>(await RunAsync(File, new([name], Strict: false)));
        var (reset, other) = (await UserAsync("a@example.com"), await UserAsync("b@example.com"));
        Assert.True(HasPassword(reset, "Correct-horse-7"));
        Assert.Equal(("Ann", "chosen since", "X"), (reset.FirstName, other.PasswordHash, other.FirstName));
    }

    [Fact]
    public async Task A_reset_of_a_name_that_the_file_does_not_have_is_refused() =>
        Assert.Contains(
            "c@example.com", Assert.Single(
                Assert.IsType<SeedOutcome.Refused>(await RunAsync(File, new(["c@example.com"], Strict: false)))
                    .Problems).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_misspelt_member_of_a_client_is_named_with_the_one_that_was_meant_and_refused_when_strict()
    {
        var file = File.Replace(
            "\"client_id\": \"web\",",
            "\"client_id\": \"web\", \"trused\": true, \"backchannel_logout_uri\": \"https://a.example/\", \"client_name#de\": \"W\",",
            StringComparison.Ordinal);
        var warning = Assert.Single((await AppliedAsync(file)).Warnings);
        Assert.Equal((4, "clients[0].trused is not known and has no effect; did you mean trusted?"), (warning.Line, warning.Message));
        Assert.Equal(warning, Assert.Single(Assert.IsType<SeedOutcome.Refused>(await RunAsync(file, new([], Strict: true))).Problems));
    }

    [Fact]
    public async Task The_marks_of_a_file_do_not_tell_its_passwords()
    {
        await AppliedAsync(File);
        var marks = await _database.Services.GetRequiredService<AuthServer.Data.Sql.SqlRunner>().ListAsync(
            "SELECT entry || content || secret FROM seed_marks", _ => { }, row => row.GetString(0), default);
        Assert.Equal(5, marks.Count);
        foreach (var text in new[] { "Correct-horse-7", WebSecret })
        {
            var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(text)));
            Assert.DoesNotContain(marks, m => m.Contains(text, StringComparison.Ordinal) || m.Contains(hash, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_guessable_client_secret_is_refused_with_its_line_and_the_command_that_makes_one()
    {
        var refused = Assert.IsType<SeedOutcome.Refused>(
            await RunAsync(File.Replace(WebSecret, "hunter2", StringComparison.Ordinal)));
        Assert.Equal(
            (4, "clients[0].client_secret must have at least 32 characters; make one with `openssl rand -hex 32`"),
                (Assert.Single(refused.Problems).Line, refused.Problems[0].Message));
    }

    [Fact]
    public async Task The_former_form_of_a_secret_becomes_the_keyed_one_when_the_file_is_applied_again()
    {
        await AppliedAsync(File);
        var form = "sha256:" + System.Buffers.Text.Base64Url.EncodeToString(
            System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(WebSecret)));
        await _database.DbAsync(
            db => db.Clients.Where(c => c.ClientId == "web").ExecuteUpdateAsync(s => s.SetProperty(c => c.ClientSecret, form)));
        await AppliedAsync(File);
        Assert.StartsWith(
            "hmac-sha256:", await _database.DbAsync(
                db => db.Clients.Where(c => c.ClientId == "web").Select(c => c.ClientSecret!).SingleAsync()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_changed_client_is_seen_by_this_process_at_once()
    {
        await AppliedAsync(File);
        var clients = _database.Services.GetRequiredService<ClientDirectory>();
        Assert.Equal(["https://app.example.com/cb"], (await clients.FindAsync("web", default))!.RedirectUris);
        await AppliedAsync(File.Replace("app.example.com/cb", "app.example.com/back", StringComparison.Ordinal));
        Assert.Equal(["https://app.example.com/back"], (await clients.FindAsync("web", default))!.RedirectUris);
    }

    [Fact]
    public async Task A_bad_file_is_refused_whole()
    {
        var refused = Assert.IsType<SeedOutcome.Refused>(await RunAsync(File.Replace("a@example.com", "a@", StringComparison.Ordinal)));
        Assert.Equal(9, Assert.Single(refused.Problems).Line);
        Assert.Equal(0, await _database.DbAsync(db => db.Clients.CountAsync()));
    }

    [Fact]
    public async Task A_client_may_not_name_a_scope_that_nobody_registered()
    {
        var refused = Assert.IsType<SeedOutcome.Refused>(
            await RunAsync(File.Replace("openid notes:read", "openid notes:burn", StringComparison.Ordinal)));
        Assert.Equal(
            (5, true),
                (Assert.Single(refused.Problems).Line, refused.Problems[0].Message.Contains("notes:burn", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_secret_that_was_rotated_since_stays_when_other_members_of_the_client_change()
    {
        await AppliedAsync(File);
        var rotated = Assert.IsType<RotationResult.Rotated>(
            await _database.WithAsync(p => p.GetRequiredService<SecretRotation>().RotateAsync("web", TimeSpan.FromHours(1), default)));
        await AppliedAsync(File.Replace("app.example.com/cb", "app.example.com/back", StringComparison.Ordinal));
        var clients = _database.Services.GetRequiredService<ClientDirectory>();
        Assert.Equal(["https://app.example.com/back"], (await clients.AuthenticateAsync("web", rotated.Secret, default))!.RedirectUris);
        Assert.NotNull(await clients.AuthenticateAsync("web", WebSecret, default));
        // Another secret in the file is what the operator wants now.
        await AppliedAsync(File.Replace(WebSecret, "57c0a9e4d1b8362f57c0a9e4d1b83630", StringComparison.Ordinal));
        Assert.Null(await clients.AuthenticateAsync("web", rotated.Secret, default));
        Assert.NotNull(await clients.AuthenticateAsync("web", "57c0a9e4d1b8362f57c0a9e4d1b83630", default));
    }

    [Fact]
    public async Task A_missing_file_is_refused_in_words()
    {
        var outcome = await _database.WithAsync(
            p => p.GetRequiredService<SeedRun>().ApplyAsync("/no/such/file.json", SeedRequest.Usual, default));
        Assert.Contains(
            "cannot be read", Assert.Single(Assert.IsType<SeedOutcome.Refused>(outcome).Problems).Message, StringComparison.Ordinal);
    }

    private Task<SeedOutcome> RunAsync(string json, SeedRequest? request = null) => _database.WithAsync(
        p => p.GetRequiredService<SeedRun>().ApplyAsync(Encoding.UTF8.GetBytes(json), request ?? SeedRequest.Usual, default));

    private async Task<SeedOutcome.Applied> AppliedAsync(string json) => Assert.IsType<SeedOutcome.Applied>(await RunAsync(json));

    private Task<User> UserAsync(string email) =>
        _database.DbAsync(db => db.Users.AsNoTracking().SingleAsync(u => u.NormalizedEmail == email));

    private static bool HasPassword(User user, string password) => PasswordVerificationResult.Failed
        != new Argon2PasswordHasher().VerifyHashedPassword(user, user.PasswordHash!, password);

    private Task<string> StateAsync() => _database.DbAsync(async db => string.Join('\n',
        (await db.Users.OrderBy(u => u.Email).ToListAsync())
            .Select(u => $"{u.Id} {u.PasswordHash} {u.SecurityStamp} {u.ConcurrencyStamp} {u.Version} {u.UpdatedAt:O}")
        .Concat((await db.Clients.OrderBy(c => c.ClientId).ToListAsync()).Select(c => $"{c.Id} {c.ClientSecret} {c.ConcurrencyToken}"))
        .Concat((await db.Scopes.OrderBy(s => s.Name).ToListAsync()).Select(s => $"{s.Id} {s.ConcurrencyToken}"))));
}
