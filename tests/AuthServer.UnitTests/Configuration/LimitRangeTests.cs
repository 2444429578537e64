using System.Globalization;
using System.Reflection;
using AuthServer.Configuration;
using AuthServer.RateLimits;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Configuration;

/// <summary>Limits accept the same range everywhere.</summary>
public sealed class LimitRangeTests
{
    public static TheoryData<string> Limits() =>
        [.. typeof(RateLimitOptions).GetProperties().Where(p => Nullable.GetUnderlyingType(p.PropertyType) == typeof(int)
            || p.PropertyType == typeof(int)).Select(p => p.GetCustomAttribute<SettingAttribute>()!.Key)];

    [Theory]
    [MemberData(nameof(Limits))]
    public void A_limit_is_at_least_one_and_as_large_as_one_likes(string key)
    {
        Assert.Empty(Problems(key, 1));
        Assert.Empty(Problems(key, int.MaxValue));
        Assert.Contains("a whole number of at least 1", Assert.Single(Problems(key, 0)), StringComparison.Ordinal);
    }

    private static IReadOnlyList<string> Problems(string key, int value)
    {
        var settings = new Dictionary<string, string?> { [key] = value.ToString(CultureInfo.InvariantCulture) };
        var reader = new SettingsReader(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        reader.Read<RateLimitOptions>();
        return reader.Problems.Lines;
    }
}
