using System.Net;
using System.Text.RegularExpressions;
using AuthServer.Data.Entities;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Users.Passwords;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.IntegrationTests.Attacks;

/// <summary>Whoever tries e-mail addresses learns nothing about them: neither from the answer nor from its time.</summary>
/// <remarks>
/// Compared are the fast tenths of the samples, which are taken in turn, so that what slows the machine slows all of them. The bound
/// is half of a password hash, timed in the same rounds. An attempt that skipped the hash would be off by the whole of it, which a
/// control shows each time: a login that is refused unread.
/// </remarks>
public abstract partial class EnumerationTests(HostFixture fixture)
{
    private const int Rounds = 50;
    private const string Wrong = "Wrong-Kettle-191";

    private static readonly string[] Kinds = ["wrong password", "unknown address", "disabled account", "account without a password"];

    private readonly Dictionary<string, string> _emails = new()
    {
        ["wrong password"] = Seed.Alice.Email,
        ["unknown address"] = "nobody@example.test",
        ["disabled account"] = Seed.Bob.Email,
        ["account without a password"] = Seed.Carol.Email,
    };

    [Fact]
    public async Task At_the_API_the_answers_are_equal_byte_for_byte_and_their_times_of_one_distribution()
    {
        await PrepareAsync();
        var api = new ApiCaller(fixture.Issuer);
        await JudgeAsync(kind => ApiAsync(_emails[kind]), control: () => ApiAsync(null));

        async Task<string> ApiAsync(string? email)
        {
            var answer = email is null ? await api.PostAsync("/v1/auth/login", "{}") : await api.LoginAsync(new Person(email, Wrong));
            Assert.Equal(email is null ? HttpStatusCode.BadRequest : HttpStatusCode.Unauthorized, answer.Status);
            return Plain(answer.Status, answer.Headers.Concat(answer.ContentHeaders), answer.Body, email);
        }
    }

    [Fact]
    public async Task On_the_sign_in_page_the_answers_are_equal_byte_for_byte_and_their_times_of_one_distribution()
    {
        await PrepareAsync();
        var browser = fixture.Host.NewBrowser();
        var page = await browser.OpenAsync("/signin");
        await JudgeAsync(kind => PageAsync(_emails[kind]), control: () => PageAsync(null));

        async Task<string> PageAsync(string? email)
        {
            (string, string)[] typed = email is null ? [("__RequestVerificationToken", "x")] : [("email", email), ("password", Wrong)];
            var answer = await browser.SubmitAsync(page, "/signin", typed);
            Assert.Equal(email is null ? HttpStatusCode.BadRequest : HttpStatusCode.UnprocessableEntity, answer.Status);
            return Plain(answer.Status, answer.Headers, answer.Body, email);
        }
    }

    private async Task PrepareAsync()
    {
        await fixture.Host.WithDatabaseAsync(
            db =>
                db.Users.Where(u => u.Email == Seed.Bob.Email)
                    .ExecuteUpdateAsync(u => u.SetProperty(x => x.DisabledAt, new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc))));
        await fixture.Host.WithDatabaseAsync(
            db =>
                db.Users.Where(u => u.Email == Seed.Carol.Email)
                    .ExecuteUpdateAsync(u => u.SetProperty(x => x.PasswordHash, User.NoPassword)));
    }

    /// <summary>Up to three samples: chance does not repeat itself, and a difference that a guesser could use does.</summary>
    private static async Task JudgeAsync(Func<string, Task<string>> send, Func<Task<string>> control)
    {
        var reports = new List<string>();
        while (reports.Count < 3)
        {
            var (alike, report) = await SampleAsync(send, control);
            TestContext.Current.SendDiagnosticMessage(report);
            if (alike) return;
            reports.Add(report);
        }

        Assert.Fail(string.Join('\n', reports));
    }

    private static async Task<(bool Alike, string Report)> SampleAsync(Func<string, Task<string>> send, Func<Task<string>> control)
    {
        var answers = new HashSet<string>();
        var hasher = new Argon2PasswordHasher();
        var samples = Kinds.Append("control").Append("hash").ToDictionary(k => k, _ => new List<double>());
        for (var round = -3; round < Rounds; round++)
        {
            // Each round begins with another kind, so that none always comes after the same one.
            for (var i = 0; i < Kinds.Length; i++)
            {
                var kind = Kinds[(i + round + 3) % Kinds.Length];
                await TimeAsync(kind, async () => answers.Add(await send(kind)));
            }

            await TimeAsync("control", control);
            await TimeAsync("hash", () => Task.Run(() => hasher.HashPassword(new User(), Wrong)));
            // The first rounds warm up.
            if (round < 0) foreach (var list in samples.Values) list.Clear();
        }

        Assert.Single(answers);
        var bound = Fast(samples["hash"]) / 2;
        var report = $"A hash takes {Fast(samples["hash"]):F1} ms, the bound is {bound:F1} ms";
        foreach (var kind in Kinds)
        {
            report += $"; {kind}: {Fast(samples[kind]):F1} ms, off by {Shift(samples[kind], samples[Kinds[0]]):F2} ms";
        }
        report += $"; without a hash: off by {Shift(samples["control"], samples[Kinds[0]]):F1} ms";
        // An answer without a hash must stand out, or the sample could not have seen one that is missing.
        return (Kinds.All(kind => Math.Abs(Shift(samples[kind], samples[Kinds[0]])) < bound)
            && Shift(samples[Kinds[0]], samples["control"]) > bound, report);

        async Task TimeAsync(string kind, Func<Task> act)
        {
            var began = TimeProvider.System.GetTimestamp();
            await act();
            samples[kind].Add(TimeProvider.System.GetElapsedTime(began).TotalMilliseconds);
        }
    }

    /// <summary>The answer without its reference code and without the address that was typed.</summary>
    private static string Plain(
        HttpStatusCode status, IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers, string body, string? email)
    {
        // What is left of the hour differs from call to call, whoever it is about.
        var lines = headers.Where(h => h.Key != "RateLimit").Select(h => $"{h.Key}: {string.Join(", ", h.Value)}")
            .Order(StringComparer.Ordinal);
        var text = Varying().Replace($"{(int)status}\n{string.Join('\n', lines)}\n\n{body}", "");
        return email is null ? text : text.Replace(email, "", StringComparison.Ordinal);
    }

    // Of the fast tenth of each: what else the machine does only ever adds time, and a missing hash is missing there too.
    private static double Shift(List<double> one, List<double> other) => Fast(one) - Fast(other);

    private static double Fast(List<double> values) => Median([.. values.Order().Take(Math.Max(3, values.Count / 10))]);

    private static double Median(List<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    [GeneratedRegex("\"reference\":\"[^\"]+\"|(?<=__RequestVerificationToken\" value=\")[^\"]+")]
    private static partial Regex Varying();
}

public sealed class EnumerationOnSqlite(RealTimeSqliteHost fixture) : EnumerationTests(fixture), IClassFixture<RealTimeSqliteHost>;

public sealed class EnumerationOnPostgres(RealTimePostgresHost fixture) : EnumerationTests(fixture), IClassFixture<RealTimePostgresHost>;
