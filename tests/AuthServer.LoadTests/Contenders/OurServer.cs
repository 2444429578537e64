using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using AuthServer.LoadTests.Machine;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Contenders;

/// <summary>Our server, published, in Production, with limits that one address cannot reach.</summary>
/// <param name="before">An earlier build, which <c>--before</c> names, beside the one of these sources.</param>
/// <param name="plain">Without the encryption of the embedded file.</param>
internal sealed partial class OurServer(bool postgres, bool before = false, bool plain = false) : Contender(
    $"{(before ? "before" : "ours")}-{(postgres ? "postgres" : "sqlite")}{(plain ? "-plain" : "")}",
    $"AuthServer{(before ? ", an earlier build" : "")}, published with ReadyToRun, " +
    (postgres ? "PostgreSQL (fsync on)" : $"SQLite (synchronous=FULL{(plain ? ", not encrypted" : "")})"))
{
    private const string High = "10000000";

    private static readonly string[] Limits =
    [
        "RATE_LIMIT_PER_HOUR", "SIGNIN_FAILURES_PER_ACCOUNT", "SIGNIN_FAILURES_PER_ADDRESS", "REGISTRATIONS_PER_ADDRESS_PER_HOUR",
        "SIGNINS_PER_ADDRESS_PER_MINUTE", "REQUESTS_PER_ADDRESS_PER_MINUTE", "USER_LOOKUPS_PER_MINUTE", "SESSIONS_PER_PERSON",
    ];

    private readonly string _folder = Directory.CreateTempSubdirectory("loadtests-ours-").FullName;
    private readonly string _secretKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly string _jwtSecret = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private string? _program;
    private string? _databaseUrl;

    public bool IsPostgres { get; } = postgres;

    /// <summary>The database on PostgreSQL.</summary>
    public string Database { get; private set; } = "";

    /// <summary>How many people the seed file has.</summary>
    public int People { get; init; } = Cast.People;

    public string? RedisUrl { get; init; }

    public override async Task StartAsync(Stage stage)
    {
        _program = before ? await stage.BeforeAsync() : await stage.OursAsync();
        if (IsPostgres)
        {
            var cluster = await stage.PostgresAsync();
            Database = await cluster.CreateDatabaseAsync(Name);
            _databaseUrl = cluster.Url(Database);
        }
        SeedFile.Write(Path.Combine(_folder, "seed.json"), People, $"http://{Host}");
        await StartAgainAsync();
    }

    /// <summary>Starts it on the database that it has.</summary>
    public async Task StartAgainAsync(bool withSeed = true)
    {
        Launch(withSeed);
        await DiscoverAsync();
    }

    /// <summary>Starts the process and does not wait for it.</summary>
    public void Launch(bool withSeed) =>
        Process = Child.Start(Cores.Server, "dotnet", [_program!], [.. Environment(withSeed)], bare: true);

    /// <summary>Runs a command of the server beside it, on the generator's core.</summary>
    /// <returns>What it printed.</returns>
    public async Task<string> CommandAsync(params string[] arguments)
    {
        using var command = Child.Start(
            Cores.Generator, "dotnet", [_program!, .. arguments], [.. Environment(withSeed: false)], bare: true);
        await command.EndAsync(Patience);
        return command.Output;
    }

    public override async Task<string> SignInAsync(HttpConnection connection, int person)
    {
        var page = await OpenSignInAsync(connection);
        var answer = await connection.SendAsync(page.Post(Host, person));
        // An earlier build redirects.
        if (answer.Status is not (200 or 302 or 303)) throw new CannotRunException($"sign-in answered {answer.Describe()}");
        return string.Join(
            "; ", answer.Cookies().Where(c => c.Name.EndsWith("session", StringComparison.Ordinal)).Select(c => $"{c.Name}={c.Value}"));
    }

    /// <summary>The sign-in page as a new browser sees it.</summary>
    public async Task<SignInForm> OpenSignInAsync(HttpConnection connection)
    {
        var answer = await connection.SendAsync(RequestText.Get(Host, "/signin"));
        var field = FormToken().Match(Encoding.UTF8.GetString(answer.Body.Span));
        if (answer.Status != 200 || !field.Success) throw new CannotRunException($"the sign-in page answered {answer.Describe()}");
        return new(
            string.Join(
                "; ", answer.Cookies().Select(c => $"{c.Name}={c.Value}")), field.Groups["name"].Value, field.Groups["value"].Value);
    }

    protected override void CleanUp() => Directory.Delete(_folder, recursive: true);

    private IEnumerable<(string Key, string Value)> Environment(bool withSeed)
    {
        yield return ("ASPNETCORE_URLS", $"http://{Host}");
        yield return ("ASPNETCORE_ENVIRONMENT", "Production");
        yield return ("API_BASE_URL", $"http://{Host}");
        yield return ("AUTHSERVER_DATA", Path.Combine(_folder, "data"));
        if (withSeed) yield return ("AUTHSERVER_SEED", Path.Combine(_folder, "seed.json"));
        if (plain) yield return ("SQLITE_ENCRYPTION", "off");
        if (_databaseUrl is not null)
        {
            yield return ("DATABASE_URL", _databaseUrl);
            yield return ("SECRET_KEY", _secretKey);
            yield return ("JWT_SECRET", _jwtSecret);
        }
        if (RedisUrl is not null) yield return ("REDIS_URL", RedisUrl);
        foreach (var limit in Limits) yield return (limit, High);
    }

    [GeneratedRegex("<input[^>]*name=\"(?<name>__[A-Za-z]+|[A-Za-z]*[Ff]orgery[A-Za-z]*)\"[^>]*value=\"(?<value>[^\"]+)\"")]
    private static partial Regex FormToken();
}

/// <summary>The sign-in form with its token against forged posts.</summary>
internal sealed record SignInForm(string Cookie, string TokenName, string TokenValue)
{
    public byte[] Post(string host, int person) => RequestText.Form(
        host, "/signin", RequestText.Pairs((TokenName, TokenValue), ("email", Cast.Email(person)), ("password", Cast.Password)), Cookie);
}
