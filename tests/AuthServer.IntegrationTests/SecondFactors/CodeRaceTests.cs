using System.Net;
using System.Text.Json;
using AuthServer.Audit;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.SecondFactors;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.IntegrationTests.SecondFactors;

/// <summary>Eight sign-ins with one code at the same moment: one goes on.</summary>
public abstract class CodeRaceTests(HostFixture fixture)
{
    private const int Callers = 8;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_code_opens_one_session(bool recoveryCode)
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var api = new ApiCaller(fixture.Issuer);
        var challenges = new List<string>();
        for (var i = 0; i < Callers; i++) challenges.Add((await api.LoginAsync(person.Person)).Text("challenge")!);
        var code = recoveryCode ? person.RecoveryCodes[0] : person.CodeAhead();
        var answers = await Task.WhenAll(challenges.Select(challenge => Task.Run(
            () => api.PostAsync("/v1/auth/login", JsonSerializer.Serialize(new { challenge, code })))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_first_step_opens_one_session_whatever_the_codes()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var api = new ApiCaller(fixture.Issuer);
        var challenge = (await api.LoginAsync(person.Person)).Text("challenge")!;
        var answers = await Task.WhenAll(person.RecoveryCodes.Take(Callers).Select(code => Task.Run(
            () => api.PostAsync("/v1/auth/login", JsonSerializer.Serialize(new { challenge, code })))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task Renewals_at_the_same_moment_leave_ten_codes()
    {
        var person = await EnrolledPerson.NewAsync(fixture);
        var stop = TestContext.Current.CancellationToken;
        var id = await fixture.Host.WithDatabaseAsync(db =>
            db.Users.Where(u => u.Email == person.Person.Email).Select(u => u.Id).SingleAsync(stop));
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            await using var services = fixture.Host.Services.CreateAsyncScope();
            await services.ServiceProvider.GetRequiredService<SecondFactorChanges>()
                .RenewCodesAsync(id, Caller.System, Guid.CreateVersion7());
        })));
        Assert.Equal(10, await fixture.Host.WithDatabaseAsync(db => db.RecoveryCodes.CountAsync(c => c.UserId == id, stop)));
    }
}

public sealed class CodeRaceOnSqliteTests(RealTimeSqliteHost fixture) : CodeRaceTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class CodeRaceOnPostgresTests(RealTimePostgresHost fixture) : CodeRaceTests(fixture), IClassFixture<RealTimePostgresHost>;
