using System.Text.Json;
using AuthServer.Backup;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;
using AuthServer.Keys;
using Microsoft.Extensions.Configuration;

namespace AuthServer.UnitTests.Hosting;

public sealed class GeneratedSecretsTests : IDisposable
{
    private readonly DataDirectory _directory = new(Path.Combine(Path.GetTempPath(), $"secrets-{Guid.CreateVersion7():N}"));

    public GeneratedSecretsTests() => _directory.Create();

    public void Dispose() => Directory.Delete(_directory.Path, recursive: true);

    [Fact]
    public void They_are_made_once_and_kept()
    {
        var first = Read(out _);
        var second = Read(out _);
        Assert.Equal(first.SecretKey, second.SecretKey);
        Assert.Equal(first.JwtSecret, second.JwtSecret);
        Assert.NotEqual(first.SecretKey, first.JwtSecret);
    }

    [Fact]
    public async Task Two_that_start_at_once_agree()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Convert.ToHexString(Read(out var _).SecretKey))));
        Assert.Single(all.Distinct());
    }

    [Fact]
    public void Nobody_else_may_read_them()
    {
        if (OperatingSystem.IsWindows()) return; // Access is kept in lists there, not in modes.
        Read(out _);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory.FileAt("secrets.json")));
    }

    [Fact]
    public void A_configured_secret_wins()
    {
        var own = SecretText.New();
        Assert.Equal(Convert.FromBase64String(own), Read(out _, ("SECRET_KEY", own)).SecretKey);
    }

    [Fact]
    public void They_are_not_made_again_beside_a_database()
    {
        File.WriteAllText(_directory.FileAt("auth.db"), "");
        Read(out var problems);
        Assert.Contains("is missing beside an existing database", problems.Lines[0], StringComparison.Ordinal);
        Assert.False(File.Exists(_directory.FileAt("secrets.json")));
    }

    [Fact]
    public void A_damaged_file_is_named()
    {
        File.WriteAllText(_directory.FileAt("secrets.json"), "{");
        Read(out var problems);
        Assert.Contains("secrets.json cannot be read", problems.Lines[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_backup_key_is_added_to_the_secrets_of_an_earlier_version()
    {
        var first = Read(out _);
        var kept = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(_directory.FileAt("secrets.json")))!;
        kept.Remove("BACKUP_KEY");
        File.WriteAllText(_directory.FileAt("secrets.json"), JsonSerializer.Serialize(kept));
        File.WriteAllText(_directory.FileAt("auth.db"), "");

        var keys = Enumerable.Range(0, 2).Select(_ => Convert.ToHexString(ReadAs<BackupOptions>(out var _).Key!)).Distinct().ToList();
        Assert.Single(keys);
        Assert.Equal(first.SecretKey, Read(out _).SecretKey);
    }

    [Fact]
    public void No_backup_key_is_made_where_the_other_secrets_come_from_elsewhere()
    {
        var options = ReadAs<BackupOptions>(out _, ("SECRET_KEY", SecretText.New()), ("JWT_SECRET", SecretText.New()));
        Assert.Null(options.Key);
        Assert.False(File.Exists(_directory.FileAt("secrets.json")));
    }

    private SecretOptions Read(out SettingProblems problems, params (string Key, string Value)[] values) =>
        ReadAs<SecretOptions>(out problems, values);

    private T ReadAs<T>(out SettingProblems problems, params (string Key, string Value)[] values) where T : class, new()
    {
        var reader = new SettingsReader(new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build());
        GeneratedSecrets.Offer(reader, _directory);
        problems = reader.Problems;
        return reader.Read<T>();
    }
}
