using System.Text.Json.Nodes;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Backup;

/// <summary>backup list and backup drill, as an operator runs them.</summary>
public sealed class BackupInspectionTests : IDisposable
{
    private const string First = "3q2+7wAAESIzRFVmd4iZqrvM3e7/ABEiM0RVZneImao=", Second = "p1Ll8mZc0C3ykjV7p0x9V8cNfQx2T7sL0hKp3vYw5bE=";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("authserver-inspection-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_list_says_which_key_opens_a_backup_and_whether_it_was_proven()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        var to = $"s3://{bucket.Name}/here";
        Assert.Equal(0, (await RunAsync(to, First, null, "migrate")).ExitCode);
        // With everything that can be logged, no secret is.
        var made = await RunAsync(to, First, null, [("Logging__LogLevel__Default", "Trace")], "backup", "create");
        Assert.True(made.ExitCode == 0, made.Errors);
        foreach (var secret in new[] { First, Second, S3Signature.SecretKey })
            Assert.DoesNotContain(secret, made.Output + made.Errors, StringComparison.Ordinal);
        Assert.Equal("current never", await StateAsync(to, First, null));
        Assert.Equal("previous never", await StateAsync(to, Second, First));
        Assert.Equal("none never", await StateAsync(to, Second, null));

        var (exit, output, errors) = await RunAsync(to, First, null, "backup", "drill", "--json");
        Assert.True(exit == 0, errors);
        Assert.True((bool)JsonNode.Parse(output)!["passed"]!);
        Assert.Equal("current True", await StateAsync(to, First, null));
        var table = await RunAsync(to, First, null, "backup", "list");
        Assert.Contains($"Place: {to}", table.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("never", table.Output, StringComparison.Ordinal);

        var name = bucket.Objects.Keys.Single(k => k.EndsWith(".apbackup", StringComparison.Ordinal));
        bucket.Objects[name] = bucket.Objects[name][..^20];
        var failed = await RunAsync(to, First, null, "backup", "drill");
        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("NOT proven: " + name["here/".Length..] + ": restore: ", failed.Errors, StringComparison.Ordinal);
        Assert.Equal("current False", await StateAsync(to, First, null));
    }

    [Fact]
    public async Task What_is_wrong_with_credentials_is_said_without_them()
    {
        var bucket = (await SharedServers.ObjectsAsync()).NewBucket();
        var wrong = await RunAsync($"s3://{bucket.Name}", First, null, [("AWS_SECRET_ACCESS_KEY", "not-the-secret")], "backup", "list");
        Assert.Equal(69, wrong.ExitCode);
        Assert.Contains("the signature is refused; check AWS_SECRET_ACCESS_KEY", wrong.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("not-the-secret", wrong.Output + wrong.Errors, StringComparison.Ordinal);
        var region = await RunAsync($"s3://{bucket.Name}", First, null, [("AWS_REGION", "us-east-1")], "backup", "list");
        Assert.Contains("the bucket is in another region; set AWS_REGION", region.Errors, StringComparison.Ordinal);
        Assert.Contains(S3Signature.Region, region.Errors, StringComparison.Ordinal);
        var none = await RunAsync($"s3://{bucket.Name}", First, null, [("AWS_ACCESS_KEY_ID", ""), ("AWS_SECRET_ACCESS_KEY", "")],
            "backup", "list");
        Assert.Contains("there are no credentials; set AWS_ACCESS_KEY_ID", none.Errors, StringComparison.Ordinal);
        var away = await RunAsync(
            $"s3://{bucket.Name}", First, null, [("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")], "backup", "list");
        Assert.Contains("the server does not answer", away.Errors, StringComparison.Ordinal);
        var lost = await RunAsync($"s3://{bucket.Name}", First, null, [("AWS_ENDPOINT_URL_S3", ""), ("AWS_REGION", "")], "backup", "list");
        Assert.Contains("BACKUP_TO: s3://" + bucket.Name + ": the region is not known", lost.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_schedule_without_a_key_is_refused_at_the_start()
    {
        (string, string)[] settings =
        [
            ("DATABASE_URL", "postgresql://user@localhost:1/none"), ("API_BASE_URL", "https://id.example.test"),
            ("TRUSTED_PROXIES", "127.0.0.1"), ("SECRET_KEY", First), ("JWT_SECRET", Second), ("BACKUP_TO", _folder.FullName),
            ("BACKUP_SCHEDULE", "@daily"),
        ];
        var (exit, _, errors) = await ServerProcess.RunAsync(settings, "serve");
        Assert.Equal(78, exit);
        Assert.Contains("BACKUP_KEY: is not set", errors, StringComparison.Ordinal);
    }

    private async Task<string> StateAsync(string to, string key, string? previous)
    {
        var (exit, output, errors) = await RunAsync(to, key, previous, "backup", "list", "--json");
        Assert.True(exit == 0, errors);
        var line = Assert.Single(JsonNode.Parse(output)!.AsArray())!;
        return $"{line["key"]} {(line["drill_passed"] is { } passed ? (bool)passed : "never")}";
    }

    private Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string to, string key, string? previous, params string[] arguments) => RunAsync(to, key, previous, [], arguments);

    private async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string to, string key, string? previous, IEnumerable<(string Key, string Value)> more, params string[] arguments)
    {
        var settings = (await SharedServers.ObjectsAsync()).Environment;
        (settings["BACKUP_TO"], settings["BACKUP_KEY"], settings["AUTHSERVER_DATA"]) = (to, key, Path.Combine(_folder.FullName, "data"));
        (settings["API_BASE_URL"], settings["SECRET_KEY"], settings["JWT_SECRET"]) = ("http://localhost:5080", First, Second);
        if (previous is not null) settings["BACKUP_KEY_PREVIOUS"] = previous;
        foreach (var (name, value) in more) settings[name] = value;
        return await ServerProcess.RunAsync(settings.Select(s => (s.Key, s.Value)), arguments);
    }
}
