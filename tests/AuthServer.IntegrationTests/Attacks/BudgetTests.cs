using System.Globalization;
using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>The hourly budget of /v1 under fifty callers at once: not one call too many, not one too few.</summary>
public abstract class BudgetTests(HostFixture fixture)
{
    public const int PerHour = 120;
    private const int Callers = 50, CallsEach = 4;

    [Fact]
    public async Task Fifty_callers_at_once_with_one_persons_tokens_get_exactly_the_budget()
    {
        // Two tokens of one person have one budget between them.
        var callers = new[] { await ApiClient.SignInAsync(fixture.Host, Seed.Alice), await ApiClient.SignInAsync(
            fixture.Host, Seed.Alice) };
        var other = await ApiClient.SignInAsync(fixture.Host, Seed.Bob);
        var answers = (await Task.WhenAll(Enumerable.Range(0, Callers).Select(i => Task.Run(async () =>
        {
            var got = new List<ApiAnswer>();
            for (var call = 0; call < CallsEach; call++) got.Add(await callers[i % 2].GetAsync("/v1/users/me"));
            return got;
        })))).SelectMany(a => a).ToList();

        var right = answers.Where(a => a.Status == HttpStatusCode.OK).ToList();
        var refused = answers.Where(a => a.Status != HttpStatusCode.OK).ToList();
        Assert.Equal((PerHour, (Callers * CallsEach) - PerHour), (right.Count, refused.Count));
        // Each call was told another rest, from the first to the last.
        Assert.Equal(Enumerable.Range(0, PerHour), right.Select(Rest).Order());
        Assert.All(refused, a =>
        {
            a.Expect(HttpStatusCode.TooManyRequests, "too-many-requests");
            Assert.Equal(0, Rest(a));
            Assert.InRange(a.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 3500, 3600);
        });
        Assert.Equal(PerHour - 1, Rest(await other.GetAsync("/v1/users/me")));
    }

    private static int Rest(ApiAnswer answer) => int.Parse(answer.Header("RateLimit")!.Split(';')[1][2..], CultureInfo.InvariantCulture);
}

public sealed class BudgetOnSqlite(BudgetOnSqlite.Limited fixture) : BudgetTests(fixture), IClassFixture<BudgetOnSqlite.Limited>
{
    public sealed class Limited() : HostFixture(DatabaseKind.Sqlite)
    {
        protected override HostSetup Prepare(HostSetup setup) =>
            setup with { Settings = new Dictionary<string, string> { ["RATE_LIMIT_PER_HOUR"] = $"{PerHour}" } };
    }
}

public sealed class BudgetOnPostgres(BudgetOnPostgres.Limited fixture) : BudgetTests(fixture), IClassFixture<BudgetOnPostgres.Limited>
{
    public sealed class Limited() : HostFixture(DatabaseKind.Postgres)
    {
        protected override HostSetup Prepare(HostSetup setup) =>
            setup with { Settings = new Dictionary<string, string> { ["RATE_LIMIT_PER_HOUR"] = $"{PerHour}" } };
    }
}
