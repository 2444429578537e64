using System.Globalization;
using System.Runtime.CompilerServices;
using AuthServer.Data.Redis;
using AuthServer.Doctor;
using StackExchange.Redis;

namespace AuthServer.Data.Checks;

/// <summary>Whether Redis answers, by which TLS, in which version, and what it does when its memory is full.</summary>
public sealed class RedisCheck(RedisOptions options, TimeProvider time) : ICheck
{
    // Users and TLS came with it.
    private const int OldestVersion = 6;

    public string Name => "Redis";

    public async IAsyncEnumerable<Finding> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (options.Connection is not { } connection)
        {
            yield return Finding.Skipped(options.Url is null ? "REDIS_URL is not set: each server counts alone" : "REDIS_URL is refused");
            yield break;
        }
        if (options.Trust is { } trust)
        {
            var view = RedisSetup.Certificate(options, trust).Look();
            if (view.ValidUntil is { } until)
                yield return CertificateLife.Of("the certificate of Redis", until, time.GetUtcNow(), "renew it there");
            foreach (var finding in DatabaseTlsCheck.OwnLife(trust.Files, time.GetUtcNow())) yield return finding;
            if (view.Wrong is { } wrong)
            {
                yield return Sentence.Wrong(wrong);
                yield break;
            }
        }
        else if (RedisSetup.Addresses(connection).Any(address => !DatabaseTlsCheck.IsHere(address.Host)))
            yield return Finding.Warning("the connection is plain: the network reads it", "use rediss:// in REDIS_URL");
        // StackExchange.Redis counts INFO among the commands of an administrator; it only reads.
        connection.AllowAdmin = true;
        using var redis = new RedisConnection(options);
        if (Open(redis) is not { } server)
        {
            var addresses = string.Join(", ", RedisSetup.Addresses(connection).Select(RedisSetup.Text));
            yield return Finding.Wrong($"it does not answer at {addresses}", connection.ServiceName is { } service
                ? $"check that the sentinels run and know {service}, and the user and the passwords"
                : "check that it runs, and the user and the password of REDIS_URL");
            yield break;
        }
        var facts = (await server.InfoAsync()).SelectMany(group => group).DistinctBy(f => f.Key).ToDictionary(f => f.Key, f => f.Value);
        foreach (var finding in OfFacts(facts)) yield return finding;
    }

    /// <summary>A primary; null when none answers.</summary>
    private static IServer? Open(RedisConnection redis)
    {
        try
        {
            return redis.Open().GetServers().FirstOrDefault(server => server is { IsConnected: true, IsReplica: false });
        }
        catch (RedisException)
        {
            return null;
        }
    }

    /// <param name="facts">What INFO says.</param>
    internal static IEnumerable<Finding> OfFacts(IReadOnlyDictionary<string, string> facts)
    {
        var version = facts.GetValueOrDefault("redis_version", "unknown");
        var text = $"version {version}";
        yield return int.TryParse(version.Split('.')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && major < OldestVersion
            ? Finding.Wrong(text, $"upgrade Redis: this server needs {OldestVersion} or newer")
            : Finding.Ok(text);
        var (limit, policy) = (facts.GetValueOrDefault("maxmemory", "0"), facts.GetValueOrDefault("maxmemory_policy", "unknown"));
        yield return limit == "0" || policy == "noeviction"
            ? Finding.Ok(limit == "0" ? "maxmemory is not limited" : "maxmemory-policy is noeviction")
            : Finding.Warning($"maxmemory-policy is {policy}: when its memory is full, Redis forgets counters, and limits begin anew",
                "set maxmemory-policy noeviction, and alert on its memory");
    }
}
