using AuthServer.Configuration;
using AuthServer.Keys;
using AuthServer.Sessions;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Sessions;

public sealed class LifetimeOptionsTests
{
    [Fact]
    public void Without_settings_they_are_what_the_documentation_says()
    {
        var (lifetimes, problems) = Read();
        Assert.Empty(problems);
        Assert.Equal(
            ("00:15:00", "30.00:00:00", "12:00:00", "7.00:00:00", "30.00:00:00"),
            (lifetimes.AccessToken.ToString(), lifetimes.RefreshToken.ToString(), lifetimes.BrowserIdle.ToString(),
                lifetimes.BrowserAbsolute.ToString(), lifetimes.BrowserPersistent.ToString()));
    }

    [Theory]
    [InlineData("ACCESS_TOKEN_LIFETIME", "1m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "60s")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "900s")]
    [InlineData("REFRESH_TOKEN_LIFETIME", "30d")]
    [InlineData("REFRESH_TOKEN_LIFETIME", "720h")]
    [InlineData("SESSION_IDLE_LIFETIME", "1m")]
    [InlineData("SESSION_IDLE_LIFETIME", "7d")]
    [InlineData("SESSION_ABSOLUTE_LIFETIME", "12h")]
    [InlineData("SESSION_PERSISTENT_LIFETIME", "365d")]
    public void A_lifetime_within_its_range_is_taken(string key, string value) => Assert.Empty(Read((key, value)).Problems);

    [Theory]
    [InlineData("ACCESS_TOKEN_LIFETIME", "15m1s", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "901s", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "16m", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "59s", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "0m", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "-5m", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "900", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "00:15:00", "1m", "15m")]
    [InlineData("ACCESS_TOKEN_LIFETIME", "2147483647d", "1m", "15m")]
    [InlineData("REFRESH_TOKEN_LIFETIME", "31d", "1m", "30d")]
    [InlineData("REFRESH_TOKEN_LIFETIME", "1s", "1m", "30d")]
    [InlineData("SESSION_IDLE_LIFETIME", "0s", "1m", "365d")]
    [InlineData("SESSION_ABSOLUTE_LIFETIME", "366d", "1m", "365d")]
    [InlineData("SESSION_PERSISTENT_LIFETIME", "forever", "1m", "365d")]
    public void A_lifetime_out_of_its_range_is_refused_with_the_range(string key, string value, string shortest, string longest) =>
        Assert.Equal(
            [$"{key}: \"{value}\" is not a duration from {shortest} to {longest}, such as 30s, 15m, 12h or 7d"],
            Read((key, value)).Problems);

    [Fact]
    public void A_session_cannot_be_idle_for_longer_than_it_lives() =>
        Assert.Equal(
            ["SESSION_IDLE_LIFETIME: 12h is longer than SESSION_ABSOLUTE_LIFETIME, 90m; set it to the same or less"],
            Read(("SESSION_ABSOLUTE_LIFETIME", "90m")).Problems);

    [Fact]
    public void A_session_that_is_kept_lives_no_shorter_than_another() =>
        Assert.Equal(
            ["SESSION_PERSISTENT_LIFETIME: 30d is shorter than SESSION_ABSOLUTE_LIFETIME, 31d; set it to the same or more"],
            Read(("SESSION_ABSOLUTE_LIFETIME", "31d")).Problems);

    [Theory]
    [InlineData("12h", "00:05:00")]
    [InlineData("50m", "00:05:00")]
    [InlineData("30m", "00:03:00")]
    [InlineData("1m", "00:00:06")]
    public void Use_is_written_at_least_ten_times_in_an_idle_lifetime(string idle, string resolution) =>
        Assert.Equal(resolution, Read(("SESSION_IDLE_LIFETIME", idle)).Lifetimes.SeenResolution.ToString());

    /// <summary>Tokens that were issued before the setting was lowered live on.</summary>
    [Fact]
    public void A_retired_key_is_kept_for_the_longest_lifetime_that_a_setting_allows()
    {
        var longest = Read(("ACCESS_TOKEN_LIFETIME", LongestLifetimes.AccessToken),
            ("REFRESH_TOKEN_LIFETIME", LongestLifetimes.RefreshToken)).Lifetimes;
        Assert.Equal(longest.AccessToken + KeyLife.Skew, KeyLife.Retention(RingKeys.Es256));
        Assert.Equal(longest.AccessToken + KeyLife.Skew, KeyLife.Retention(RingKeys.Rs256));
        Assert.Equal(longest.RefreshToken, KeyLife.Retention(RingKeys.Refresh));
    }

    [Theory]
    [InlineData("30s")]
    [InlineData("90m")]
    [InlineData("36h")]
    [InlineData("7d")]
    [InlineData("90s")]
    public void A_duration_is_written_as_a_setting_says_it(string text) =>
        Assert.Equal(text, SettingText.Text(SettingText.Duration(text)!.Value));

    private static (LifetimeOptions Lifetimes, IReadOnlyList<string> Problems) Read(params (string Key, string Value)[] values)
    {
        var reader = new SettingsReader(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build());
        return (reader.Read<LifetimeOptions>(), reader.Problems.Lines);
    }
}
