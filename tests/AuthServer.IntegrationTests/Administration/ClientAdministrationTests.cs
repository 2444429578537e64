using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.Administration;

/// <summary>Rotation of a client's secret and deletion of a client, as a command does them beside a running server.</summary>
public abstract class ClientAdministrationTests(HostFixture fixture)
{
    [Fact]
    public async Task During_a_rotation_both_secrets_authenticate_on_every_way_and_then_only_the_new_one()
    {
        var machine = Seed.Machine(fixture.Issuer);
        Assert.True((await machine.ClientCredentialsAsync()).IsOk);
        var rotated = Assert.IsType<RotationResult.Rotated>(
            await WithAsync<SecretRotation, RotationResult>(r => r.RotateAsync("machine", TimeSpan.FromHours(1), default)));
        Assert.Equal(fixture.Time.GetUtcNow().AddHours(1).ToUnixTimeSeconds(), rotated.FormerUntil!.Value.ToUnixTimeSeconds());
        var renewed = machine with { Secret = rotated.Secret };
        foreach (var client in new[] { machine, renewed })
        {
            // The plain way, OpenIddict's, and introspection.
            Assert.True((await client.ClientCredentialsAsync()).IsOk);
            Assert.True((await client.ClientCredentialsAsync(null, ("unknown", "1"))).IsOk);
            Assert.True((await client.IntrospectAsync("no-token")).IsOk);
        }

        Assert.IsType<RotationResult.UnderWay>(
            await WithAsync<SecretRotation, RotationResult>(r => r.RotateAsync("machine", TimeSpan.FromHours(1), default)));
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal("invalid_client", (await machine.ClientCredentialsAsync()).Error);
        Assert.True((await renewed.ClientCredentialsAsync()).IsOk);

        var next = Assert.IsType<RotationResult.Rotated>(
            await WithAsync<SecretRotation, RotationResult>(r => r.RotateAsync("machine", TimeSpan.FromHours(1), default)));
        Assert.IsType<RotationResult.Finished>(await WithAsync<SecretRotation, RotationResult>(r => r.FinishAsync("machine", default)));
        Assert.IsType<RotationResult.NotUnderWay>(await WithAsync<SecretRotation, RotationResult>(r => r.FinishAsync("machine", default)));
        Assert.Equal("invalid_client", (await renewed.ClientCredentialsAsync()).Error);
        Assert.True((await (machine with { Secret = next.Secret }).ClientCredentialsAsync()).IsOk);
        Assert.Equal(3, await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(e => e.Kind == "client.secret_rotated"
            && e.ClientId == "machine")));
    }

    [Fact]
    public async Task What_has_no_secret_is_not_rotated()
    {
        Assert.IsType<RotationResult.NoSecret>(
            await WithAsync<SecretRotation, RotationResult>(r => r.RotateAsync("spa", TimeSpan.Zero, default)));
        Assert.IsType<RotationResult.NotFound>(
            await WithAsync<SecretRotation, RotationResult>(r => r.RotateAsync("nobody", TimeSpan.Zero, default)));
    }

    [Fact]
    public async Task A_rotation_in_another_process_is_seen_within_ten_seconds()
    {
        var server = Seed.ResourceServer(fixture.Issuer);
        Assert.True((await server.IntrospectAsync("no-token")).IsOk);
        // Past this process's directory of clients, as a command does it.
        var rotation = await WithAsync<IServiceProvider, RotationResult>(services => ActivatorUtilities.CreateInstance<SecretRotation>(
            services, ActivatorUtilities.CreateInstance<ClientDirectory>(services)).RotateAsync("api", TimeSpan.Zero, default));
        fixture.Time.Advance(ClientDirectory.Lifetime);
        Assert.Equal("invalid_client", (await server.IntrospectAsync("no-token")).Error);
        Assert.True((await (server with { Secret = ((RotationResult.Rotated)rotation).Secret }).IntrospectAsync("no-token")).IsOk);
    }

    [Fact]
    public async Task A_deleted_client_goes_with_its_sessions_consents_and_codes_and_is_unknown_within_ten_seconds()
    {
        var (app, browser) = (Seed.ThirdParty(fixture.Issuer), fixture.Host.NewBrowser());
        await browser.SignInAsync(Seed.Alice);
        var tokens = await app.RedeemCodeAsync(await browser.AuthorizeAsync(app, "openid offline_access"));
        var unused = await browser.AuthorizeAsync(app, "openid");
        Assert.Equal(new(1, 1), await WithAsync<ClientDeletion, DeletedWith>(d => d.CountAsync(app.ClientId, default)));
        Assert.Equal(new(1, 1), await WithAsync<ClientDeletion, DeletedWith?>(d => d.DeleteAsync(app.ClientId, "test", default)));
        Assert.Null(await WithAsync<ClientDeletion, DeletedWith?>(d => d.DeleteAsync(app.ClientId, "test", default)));
        Assert.NotNull((await app.RedeemCodeAsync(unused)).Error);
        Assert.NotNull((await app.RefreshAsync(tokens.RefreshToken)).Error);
        Assert.False((await app.UserInfoAsync(tokens.AccessToken)).IsOk);
        fixture.Time.Advance(ClientDirectory.Lifetime);
        Assert.Equal("invalid_client", (await app.RefreshAsync(tokens.RefreshToken)).Error);
        // The person and their browser are signed in as before.
        await browser.AuthorizeAsync(Seed.Web(fixture.Issuer), "openid");
        var rows = await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.Where(e => e.ClientId == app.ClientId).ToListAsync());
        Assert.Contains(rows, e => e is { Kind: "client.deleted", ActorId: null, Detail: "test: 1 session and 1 consent" });
        Assert.Contains(rows, e => e is { Kind: "session.ended", ActorId: null, SubjectId: not null, Detail: "client deleted" });
    }

    private async Task<TResult> WithAsync<T, TResult>(Func<T, Task<TResult>> act)
        where T : notnull
    {
        await using var scope = fixture.Host.Services.CreateAsyncScope();
        return await act(scope.ServiceProvider.GetRequiredService<T>());
    }
}

public sealed class ClientAdministrationOnSqlite(SqliteHost fixture) : ClientAdministrationTests(fixture), IClassFixture<SqliteHost>;

public sealed class ClientAdministrationOnPostgres(PostgresHost fixture) : ClientAdministrationTests(fixture), IClassFixture<PostgresHost>;
