using AuthServer.Configuration;

namespace AuthServer.Hosting.Configuring;

/// <summary>Where the server keeps its files, which proxies speak for their callers, and how long an answer may take.</summary>
public sealed class ServerOptions : ICheckedSettings
{
    /// <summary>
    /// The data directory of the embedded default. Absent: data/ beside the project under `dotnet run`, beside the executable otherwise.
    /// </summary>
    [Setting("AUTHSERVER_DATA", Cure = "the path of a directory")]
    public string? DataDirectory { get; set; }

    /// <summary>
    /// The proxies whose X-Forwarded-For and X-Forwarded-Proto count: addresses or networks (10.0.0.0/8), separated by commas; those of no
    /// other sender do. Naming a network trusts every machine in it; 0.0.0.0/0 and ::/0 are refused.
    /// </summary>
    [Setting("TRUSTED_PROXIES", Cure = AddressList.Form)]
    public IReadOnlyList<string> TrustedProxies { get; set; } = [];

    /// <summary>
    /// How long the answer to one request may take. After it the request's work is cancelled, in the database too, and the answer is 503.
    /// </summary>
    [Setting("REQUEST_TIMEOUT", Shortest = "1s", Longest = "1h")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long the server still takes requests after SIGTERM, while /health/ready already says no: until balancers have noticed.
    /// Not set: 5s in Production, 0s elsewhere. Requests that are being answered then get 20 seconds more.
    /// </summary>
    [Setting("DRAIN_TIME", Shortest = "0s", Longest = "10m")]
    public TimeSpan? DrainTime { get; set; }

    /// <summary>
    /// Let the operating system write the memory of this process to a file when it crashes, and let debuggers read it. Such a file has the
    /// secrets, the keys and what people have typed lately. Off means off in Production, on Linux.
    /// </summary>
    [Setting("CORE_DUMPS", Cure = "on or off")]
    public bool CoreDumps { get; set; }

    public TimeSpan DrainTimeIn(IHostEnvironment environment) =>
        DrainTime ?? (environment.IsProduction() ? TimeSpan.FromSeconds(5) : TimeSpan.Zero);

    public AddressList Proxies { get; private set; } = AddressList.Empty;

    public void Check(SettingProblems problems)
    {
        Proxies = AddressList.Parse("TRUSTED_PROXIES", TrustedProxies, problems);
    }
}
