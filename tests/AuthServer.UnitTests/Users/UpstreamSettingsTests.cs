using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Users.Providers;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Users;

/// <summary>The settings of providers: what follows from a preset, and what is refused at the start.</summary>
public sealed class UpstreamSettingsTests
{
    private static readonly string AppleKey = ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportPkcs8PrivateKeyPem();

    [Fact]
    public void A_provider_that_is_named_after_a_preset_needs_client_and_secret_alone()
    {
        var provider = Assert.Single(Read(
            ("UPSTREAM_PROVIDERS", "google"), ("UPSTREAM_GOOGLE_CLIENT_ID", "id"), ("UPSTREAM_GOOGLE_CLIENT_SECRET", "secret")).Providers);
        Assert.Equal(
            ("Google", UpstreamPreset.Google, "https://accounts.google.com", true, true, false, false),
            (provider.Label, provider.Preset, provider.Issuer, provider.TrustEmail, provider.CreateAccounts, provider.TrustSecondFactor,
                provider.AssumeRecent));
        Assert.Equal(["openid", "email", "profile"], provider.Scopes);
    }

    [Fact]
    public void Another_name_has_its_preset_named_and_two_tenants_stand_side_by_side()
    {
        var tenant = Guid.CreateVersion7().ToString("D");
        var providers = Read(
            ("UPSTREAM_PROVIDERS", "my-work,school"), ("UPSTREAM_MY_WORK_PRESET", "microsoft"), ("UPSTREAM_MY_WORK_CLIENT_ID", "id"),
            ("UPSTREAM_MY_WORK_CLIENT_SECRET", "secret"), ("UPSTREAM_MY_WORK_TENANT", tenant), ("UPSTREAM_SCHOOL_PRESET", "microsoft"),
            ("UPSTREAM_SCHOOL_CLIENT_ID", "id"), ("UPSTREAM_SCHOOL_CLIENT_SECRET", "secret"),
            ("UPSTREAM_SCHOOL_TENANT", "organizations"), ("UPSTREAM_SCHOOL_NAME", "School account")).Providers;
        Assert.Equal(["my-work", "school"], providers.Select(p => p.Name));
        Assert.Equal(["Microsoft", "School account"], providers.Select(p => p.Label));
        Assert.Equal($"https://login.microsoftonline.com/{tenant}/v2.0", providers[0].Issuer);
        Assert.False(providers[0].TrustEmail);
        // One tenant is known by its issuer alone, all of them by their host.
        Assert.False(providers[0].Knows($"https://login.microsoftonline.com/{Guid.CreateVersion7():D}/v2.0"));
        Assert.True(providers[1].Knows($"https://login.microsoftonline.com/{Guid.CreateVersion7():D}/v2.0"));
        Assert.False(providers[1].Knows("https://login.microsoftonline.com.evil.example/x/v2.0"));
    }

    [Fact]
    public void Apple_has_a_key_in_place_of_a_secret()
    {
        var provider = Assert.Single(Read(
            ("UPSTREAM_PROVIDERS", "apple"), ("UPSTREAM_APPLE_CLIENT_ID", "id"), ("UPSTREAM_APPLE_TEAM_ID", "team"),
            ("UPSTREAM_APPLE_KEY_ID", "key"), ("UPSTREAM_APPLE_PRIVATE_KEY", AppleKey)).Providers);
        Assert.Equal(("team", "key"), (provider.Apple?.TeamId, provider.Apple?.KeyId));
        Assert.Equal(["openid", "email"], provider.Scopes);
    }

    [Theory]
    [InlineData("https://login.example.com/tenant/", "https://login.example.com/tenant")]
    [InlineData("http://127.0.0.1:5000", "http://127.0.0.1:5000")]
    [InlineData("http://localhost:5000/", "http://localhost:5000")]
    [InlineData("http://[::1]:5000", "http://[::1]:5000")]
    public void An_issuer_is_https_or_on_this_machine(string text, string issuer) =>
        Assert.Equal(issuer, Assert.Single(Read(
            ("UPSTREAM_PROVIDERS", "corp"), ("UPSTREAM_CORP_ISSUER", text), ("UPSTREAM_CORP_CLIENT_ID", "id")).Providers).Issuer);

    [Theory]
    [InlineData("http://login.example.com", "UPSTREAM_CORP_ISSUER: is http and not on this machine")]
    [InlineData("https://login.example.com?x=1", "UPSTREAM_CORP_ISSUER: has a query, fragment or user")]
    [InlineData("https://a:b@login.example.com", "UPSTREAM_CORP_ISSUER: has a query, fragment or user")]
    [InlineData(null, "UPSTREAM_CORP_ISSUER: is not set")]
    [InlineData("https://id.example.com", "UPSTREAM_CORP_ISSUER: is this server itself")]
    public void Another_issuer_is_refused(string? text, string problem) => AssertProblem(
        problem, ("UPSTREAM_PROVIDERS", "corp"), ("UPSTREAM_CORP_ISSUER", text ?? ""), ("UPSTREAM_CORP_CLIENT_ID", "id"));

    [Theory]
    [InlineData("Google", "\"Google\" is not a name")]
    [InlineData("a_b", "\"a_b\" is not a name")]
    [InlineData("../x", "\"../x\" is not a name")]
    [InlineData("a,a", "names a and a, whose keys are the same")]
    [InlineData("abcdefghijklmnopqrstuvwxyz-0123456789", "is not a name")]
    public void A_name_stands_in_addresses_and_keys(string names, string problem) => AssertProblem(problem, ("UPSTREAM_PROVIDERS", names));

    [Fact]
    public void What_is_missing_or_of_another_preset_is_told()
    {
        AssertProblem("UPSTREAM_GITHUB_CLIENT_ID: is not set", ("UPSTREAM_PROVIDERS", "github"), ("UPSTREAM_GITHUB_CLIENT_SECRET", "s"));
        AssertProblem("UPSTREAM_GITHUB_CLIENT_SECRET: is not set", ("UPSTREAM_PROVIDERS", "github"), ("UPSTREAM_GITHUB_CLIENT_ID", "id"));
        AssertProblem("UPSTREAM_APPLE_TEAM_ID: is not set", ("UPSTREAM_PROVIDERS", "apple"), ("UPSTREAM_APPLE_CLIENT_ID", "id"));
        AssertProblem(
            "UPSTREAM_APPLE_PRIVATE_KEY: is no private key in PEM", ("UPSTREAM_PROVIDERS", "apple"), ("UPSTREAM_APPLE_PRIVATE_KEY", "no"));
        AssertProblem("UPSTREAM_MICROSOFT_TENANT: \"evil.example/x\" is no ID", ("UPSTREAM_PROVIDERS", "microsoft"),
            ("UPSTREAM_MICROSOFT_CLIENT_ID", "id"), ("UPSTREAM_MICROSOFT_CLIENT_SECRET", "s"),
            ("UPSTREAM_MICROSOFT_TENANT", "evil.example/x"));
        AssertProblem("UPSTREAM_GOOGLE_TENANT", ("UPSTREAM_PROVIDERS", "google"), ("UPSTREAM_GOOGLE_CLIENT_ID", "id"),
            ("UPSTREAM_GOOGLE_CLIENT_SECRET", "s"), ("UPSTREAM_GOOGLE_TENANT", "common"));
        AssertProblem("which are one provider", ("UPSTREAM_PROVIDERS", "a,b"), ("UPSTREAM_A_ISSUER", "https://login.example.com"),
            ("UPSTREAM_A_CLIENT_ID", "id"), ("UPSTREAM_B_ISSUER", "https://login.example.com/"), ("UPSTREAM_B_CLIENT_ID", "id"));
        AssertProblem("UPSTREAM_CORP_CLIENTID: is not a setting", ("UPSTREAM_PROVIDERS", "corp"),
            ("UPSTREAM_CORP_ISSUER", "https://login.example.com"), ("UPSTREAM_CORP_CLIENT_ID", "id"), ("UPSTREAM_CORP_CLIENTID", "id"));
    }

    [Fact]
    public void Settings_of_a_provider_that_is_not_named_are_told_of_and_change_nothing()
    {
        var options = Read(("UPSTREAM_PROVIDERS", ""), ("UPSTREAM_GOOGLE_CLIENT_ID", "id"), ("UPSTREAM_PATH", "not ours"));
        Assert.Equal(["UPSTREAM_GOOGLE_CLIENT_ID"], options.IdleKeys);
        Assert.Empty(options.Providers);
    }

    private static void AssertProblem(string problem, params (string Key, string Value)[] settings)
    {
        var (_, problems) = ReadAll(settings);
        Assert.Contains(problems, line => line.Contains(problem, StringComparison.Ordinal));
    }

    private static UpstreamOptions Read(params (string Key, string Value)[] settings)
    {
        var (options, problems) = ReadAll(settings);
        Assert.Empty(problems);
        return options;
    }

    private static (UpstreamOptions Options, IReadOnlyList<string> Problems) ReadAll((string Key, string Value)[] settings)
    {
        var all = settings.Append(("API_BASE_URL", "https://id.example.com"));
        var reader = new SettingsReader(new ConfigurationBuilder()
            .AddInMemoryCollection(all.Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2))).Build());
        var options = reader.Read<UpstreamOptions>();
        options.ReadProviders(reader, reader.Read<IssuerOptions>(), settings.Select(s => s.Key));
        return (options, reader.Problems.Lines);
    }
}
