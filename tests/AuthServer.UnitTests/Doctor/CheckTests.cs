using System.Runtime.CompilerServices;
using AuthServer.Data.Checks;
using AuthServer.Doctor;
using AuthServer.Hosting.Probes;

namespace AuthServer.UnitTests.Doctor;

/// <summary>The judgements of `doctor` that no test can bring about on a machine.</summary>
public sealed class CheckTests
{
    private const long Mebibyte = 1024 * 1024;

    [Theory]
    [InlineData(50, 0, Verdict.Wrong)]
    [InlineData(500, 0, Verdict.Warning)]
    [InlineData(5000, 6000, Verdict.Warning)]
    [InlineData(5000, 100, Verdict.Ok)]
    public void A_disk_needs_room_for_a_second_copy(long free, long size, Verdict expected) =>
        Assert.Equal(expected, DiskCheck.Judge("/data", free * Mebibyte, size * Mebibyte).Verdict);

    [Theory]
    [InlineData(0.4, Verdict.Ok)]
    [InlineData(-3, Verdict.Warning)]
    [InlineData(16, Verdict.Wrong)]
    public void A_clock_may_differ_by_little(double seconds, Verdict expected) =>
        Assert.Equal(expected, DatabaseCheck.Skew(TimeSpan.FromSeconds(seconds)).Verdict);

    [Theory]
    [InlineData(120022, Verdict.Wrong)]
    [InlineData(140020, Verdict.Warning)]
    [InlineData(150018, Verdict.Ok)]
    [InlineData(180001, Verdict.Ok)]
    public void A_version_of_PostgreSQL_is_old_enough_to_be_told(int version, Verdict expected) =>
        Assert.Equal(expected, DatabaseCheck.Version(version, "PostgreSQL").Verdict);

    [Fact]
    public void An_encrypting_extension_is_seen()
    {
        var found = EncryptionCheck.OfPostgres([("checksums", "on"), ("extension", "pg_tde 2.1")]).ToList();
        Assert.All(found, f => Assert.Equal(Verdict.Ok, f.Verdict));
        Assert.Contains("pg_tde 2.1", found[1].What, StringComparison.Ordinal);
        Assert.Equal(
            Verdict.Warning, EncryptionCheck.OfPostgres([("checksums", "on"), ("library", "pg_tde")]).ToList()[1].Verdict);
    }

    [Theory]
    [InlineData("5.0.14", "0", "noeviction", Verdict.Wrong)]
    [InlineData("8.0.1", "1000", "volatile-ttl", Verdict.Warning)]
    [InlineData("8.0.1", "1000", "noeviction", Verdict.Ok)]
    [InlineData("8.0.1", "0", "allkeys-lru", Verdict.Ok)]
    public void A_redis_that_forgets_is_told(string version, string memory, string policy, Verdict expected) => Assert.Equal(
        expected, RedisCheck.OfFacts(new Dictionary<string, string>
        {
            ["redis_version"] = version, ["maxmemory"] = memory, ["maxmemory_policy"] = policy,
        }).Max(f => f.Verdict));

    [Fact]
    public async Task A_check_that_fails_is_a_finding_and_the_next_one_runs()
    {
        var found = await new Checkup([new Failing(), new Good()]).RunAsync(TestContext.Current.CancellationToken);
        Assert.Equal([("Failing", Verdict.Ok), ("Failing", Verdict.Wrong), ("Good", Verdict.Ok)],
            found.Select(f => (f.Check, f.Finding.Verdict)));
        Assert.Contains("out of order", found[1].Finding.What, StringComparison.Ordinal);
    }

    private sealed class Failing : ICheck
    {
        public string Name => "Failing";

        public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            yield return Finding.Ok("so far");
            await Task.Yield();
            throw new InvalidOperationException("out of order");
        }
    }

    private sealed class Good : ICheck
    {
        public string Name => "Good";

        public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => AsyncEnumerable.Repeat(Finding.Ok("fine"), 1);
    }
}
