using System.Net;
using AuthServer.IntegrationTests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.IntegrationTests.Api;

/// <summary>Logout and refresh at once, 50 rounds: behind a 204 nothing lives.</summary>
public abstract class LogoutRaceTests(HostFixture fixture)
{
    private const int Rounds = 50;

    [Fact]
    public async Task Whoever_wins_the_race_no_session_lives_behind_a_204()
    {
        var api = new ApiCaller(fixture.Issuer);
        var refreshedBefore = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var login = await api.LoginAsync(Seed.Alice);
            var sid = Guid.Parse(new JsonWebToken(login.AccessToken).GetPayloadValue<string>("sid"));
            var bearer = api with { Bearer = login.AccessToken };
            var refreshes = Enumerable.Range(0, 4).Select(_ => Task.Run(() => api.RefreshAsync(login.RefreshToken))).ToList();
            var logouts = new[] { Task.Run(() => round % 2 == 0 ? api.LogoutAsync(login.RefreshToken) : bearer.LogoutAsync()), Task.Run(
                () => api.LogoutAsync(login.RefreshToken)) };
            foreach (var logout in await Task.WhenAll(logouts)) Assert.Equal(HttpStatusCode.NoContent, logout.Status);
            foreach (var refresh in await Task.WhenAll(refreshes))
            {
                Assert.True(refresh.Status is HttpStatusCode.OK or HttpStatusCode.Unauthorized, refresh.ToString());
                if (refresh.Status != HttpStatusCode.OK) continue;
                refreshedBefore++;
                Assert.Equal(HttpStatusCode.Unauthorized, (await api.RefreshAsync(refresh.RefreshToken)).Status);
            }

            Assert.Equal(HttpStatusCode.Unauthorized, (await api.RefreshAsync(login.RefreshToken)).Status);
            Assert.False(await fixture.Host.WithDatabaseAsync(db => db.Sessions.AnyAsync(s => s.Id == sid)));
            // Ended once, whoever asked.
            Assert.Equal(1, await fixture.Host.WithDatabaseAsync(db => db.AuditEvents.CountAsync(e => e.SessionId == sid
                && e.Kind == "session.ended")));
        }

        TestContext.Current.SendDiagnosticMessage($"{refreshedBefore} of {Rounds * 4} refreshes came before the logout");
    }
}

public sealed class LogoutRacesOnSqlite(RealTimeSqliteHost fixture) : LogoutRaceTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class LogoutRacesOnPostgres(RealTimePostgresHost fixture) : LogoutRaceTests(fixture), IClassFixture<RealTimePostgresHost>;
