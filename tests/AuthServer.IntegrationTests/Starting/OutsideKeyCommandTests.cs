using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Starting;

/// <summary>The commands beside a running server whose signing keys come from a file: they show it, and do not change it.</summary>
public sealed class OutsideKeyCommandTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("outside-keys-");
    private readonly string _address = ServerProcess.FreeAddress();

    private (string, string)[] Settings => [("AUTHSERVER_DATA", _folder.FullName), ("SIGNING_KEYS", KeyFile("1"))];

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_key_of_a_file_is_listed_is_refused_by_rotate_and_revoke_and_follows_its_file()
    {
        Write("1");
        await using var server = ServerProcess.Start(Settings, "--urls", _address);
        await server.ReadyAsync(_address);
        var (_, output, _) = await ServerProcess.RunAsync(Settings, "keys", "list", "--json");
        var keys = JsonElement.Parse(output).EnumerateArray().ToList();
        var kid = Text(Assert.Single(keys, k => Text(k, "source") == KeyFile("1")), "kid");
        Assert.Equal(
            ["ES256 active " + KeyFile("1"), "A256KW active database", "ES256 unused database", "HS256 active database",
                "RS256 active database", "pairwise active database"],
            keys.Select(k => $"{Text(k, "alg")} {Text(k, "state")} {Text(k, "source")}"));
        Assert.Equal(2, (await PublishedAsync()).Count);

        var (exit, rotated, notes) = await ServerProcess.RunAsync(Settings, "keys", "rotate", "--now", "--json");
        Assert.Equal(0, exit);
        Assert.Equal("RS256", Text(Assert.Single(JsonElement.Parse(rotated).EnumerateArray()), "alg"));
        Assert.Contains($"ES256: SIGNING_KEYS names {KeyFile("1")}. No command replaces such a key", notes, StringComparison.Ordinal);

        (exit, _, notes) = await ServerProcess.RunAsync(Settings, "keys", "revoke", "--kid=" + kid, "--yes");
        Assert.Equal(65, exit);
        Assert.Contains($"Nothing was changed. This key is not in the database, but in {KeyFile("1")}", notes, StringComparison.Ordinal);

        File.Delete(KeyFile("1"));
        Write("2");
        File.Move(KeyFile("2"), KeyFile("1"));
        await Eventually.UntilAsync(
            "the key is published no more", async () => !(await PublishedAsync()).Contains(kid), () => server.Output);
    }

    private async Task<IReadOnlyList<string>> PublishedAsync()
    {
        using var http = new HttpClient();
        var keys = JsonElement.Parse(await http.GetStringAsync(new Uri(_address + "/.well-known/jwks"))).GetProperty("keys");
        return [.. keys.EnumerateArray().Select(k => Text(k, "kid"))];
    }

    private static string Text(JsonElement key, string member) => key.GetProperty(member).GetString()!;

    private string KeyFile(string name) => Path.Combine(_folder.FullName, name + ".pem");

    private void Write(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        File.WriteAllText(KeyFile(name), key.ExportPkcs8PrivateKeyPem());
    }
}
