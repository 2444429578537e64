using System.Net;
using System.Text.Json;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>A server that is measured: started on core 0, found by its discovery document.</summary>
internal abstract class Contender(string name, string what) : IDisposable
{
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    public string Name { get; } = name;

    /// <summary>What it is, for the report.</summary>
    public string What { get; } = what;

    public int Port { get; } = Child.FreePort();

    public string Host => $"127.0.0.1:{Port}";

    public Endpoints Endpoints { get; protected set; } = Endpoints.None;

    /// <summary>Set once it is started.</summary>
    public Child? Process { get; protected set; }

    /// <summary>Whose CPU time counts.</summary>
    public virtual IReadOnlyList<int> ProcessIds => Process is null ? [] : [Process.Id];

    /// <summary>Whether people have passwords there.</summary>
    public virtual bool HasPasswords => true;

    /// <summary>What a reader of the figures must know.</summary>
    public List<string> Remarks { get; } = [];

    private readonly Dictionary<int, string> _browsers = [];

    public TimeSpan Cpu() => ProcessIds.Aggregate(TimeSpan.Zero, (sum, id) => sum + ProcessFigures.Cpu(id));

    public double ResidentMegabytes() => ProcessIds.Sum(ProcessFigures.ResidentMegabytes);

    public HttpConnection Connect() => new(Port);

    public abstract Task StartAsync(Stage stage);

    /// <summary>Signs a person in as a browser would.</summary>
    /// <returns>The Cookie header of a signed-in browser.</returns>
    public abstract Task<string> SignInAsync(HttpConnection connection, int person);

    /// <summary>The Cookie header of a browser in which a person is signed in; the person signs in once.</summary>
    public async Task<string> BrowserAsync(int person)
    {
        if (_browsers.TryGetValue(person, out var cookie)) return cookie;
        using var connection = Connect();
        return _browsers[person] = await SignInAsync(connection, person);
    }

    public void Dispose()
    {
        Process?.Dispose();
        Process = null;
        CleanUp();
    }

    protected virtual void CleanUp()
    {
    }

    /// <summary>Waits for the first discovery document and reads the endpoints from it.</summary>
    protected async Task DiscoverAsync()
    {
        await Process!.WaitUntilAsync("it answers with its discovery document", async () =>
        {
            if (!await Child.ListensAsync(Port)) return false;
            using var connection = Connect();
            var answer = await connection.SendAsync(RequestText.Get(Host, Endpoints.DiscoveryPath));
            if (answer.Status != (int)HttpStatusCode.OK) return false;
            using var document = JsonDocument.Parse(answer.Body);
            Endpoints = Endpoints.Read(document.RootElement);
            return true;
        }, Patience);
    }
}

/// <summary>Where a server's endpoints are, as paths.</summary>
internal sealed record Endpoints(
    string Issuer, string Authorize, string Token, string UserInfo, string Introspect, string Revoke, string Jwks)
{
    public const string DiscoveryPath = "/.well-known/openid-configuration";

    public static readonly Endpoints None = new("", "", "", "", "", "", "");

    public static Endpoints Read(JsonElement document)
    {
        return new(
            document.GetProperty("issuer").GetString()!, Path("authorization_endpoint"), Path("token_endpoint"), Path("userinfo_endpoint"),
            Path("introspection_endpoint"), Path("revocation_endpoint"), Path("jwks_uri"));

        string Path(string member) => new Uri(document.GetProperty(member).GetString()!).AbsolutePath;
    }
}
