using System.Net;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Api;

/// <summary>Too many tries at /v1/auth/login.</summary>
public sealed class LoginThrottleTests
{
    [Fact]
    public async Task After_too_many_tries_the_answer_is_429_with_the_time_to_wait_for_known_and_unknown_addresses()
    {
        await using var host = await AuthServerHost.StartAsync(new HostSetup(DatabaseKind.Sqlite)
        {
            Settings = new Dictionary<string, string> { ["SIGNIN_FAILURES_PER_ACCOUNT"] = "2" },
        });
        var api = new ApiCaller(host.Issuer);
        foreach (
            var person in new[] { Seed.Alice with { Password = "Wrong-Password-1" }, new Person(
                "nobody@example.test", "Wrong-Password-1") })
        {
            var answer = await api.LoginAsync(person);
            for (var tries = 1; tries < 5 && answer.Status == HttpStatusCode.Unauthorized; tries++) answer = await api.LoginAsync(person);
            ApiAnswer.Refused(answer, HttpStatusCode.TooManyRequests, "too-many-requests");
            Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value, TimeSpan.FromSeconds(1), TimeSpan.FromHours(1));
        }
    }
}
