using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration.Memory;
using StackExchange.Redis;

namespace ResourceApi;

/// <summary>Where this API is, whom it trusts, and where it keeps its notes.</summary>
public sealed class ApiSettings
{
    /// <summary>API_BASE_URL: the issuer whose access tokens are accepted.</summary>
    public required string Issuer { get; init; }

    /// <summary>RESOURCE_URL: this API's own address: the audience of its tokens and its resource identifier (RFC 9728).</summary>
    public required string Resource { get; init; }

    /// <summary>
    /// The identifier of the MCP endpoint: a resource of its own below this one, so that a token for one opens nothing at the other.
    /// </summary>
    public string McpResource => Resource + Mcp.McpEndpoint.Path;

    /// <summary>CORS_ORIGINS: space-separated origins of browser apps that may call.</summary>
    public required IReadOnlyList<string> Origins { get; init; }

    /// <summary>
    /// RESOURCE_DATA: the folder of notes.db; default data/ beside the project under <c>dotnet run</c>, beside the program otherwise.
    /// </summary>
    public required string DataDirectory { get; init; }

    /// <summary>PAYMENT_GATEWAY_URL: where POST /v1/payments sends payments.</summary>
    public Uri? GatewayUrl { get; init; }

    /// <summary>
    /// PAYMENT_MAX_AGE: the seconds since the sign-in in which a person may pay; 900. 0: any time. An older sign-in is asked for anew
    /// (RFC 9470).
    /// </summary>
    public TimeSpan? PaymentMaxAge { get; init; }

    /// <summary>
    /// PAYMENT_ACR_VALUES: space-separated <c>acr</c> of which a payer's token has one; none: any. They are compared letter by letter, and
    /// which of two is stronger is not known here: name every one that is good enough.
    /// </summary>
    public IReadOnlyList<string> PaymentAcrValues { get; init; } = [];

    /// <summary>DPOP_NONCES: whether a DPoP proof must carry a nonce of this API (RFC 9449 section 9).</summary>
    public bool DPoPNonces { get; init; }

    /// <summary>
    /// DPOP_NONCE_KEY (or DPOP_NONCE_KEY_FILE): of which nonces are made: 32 random bytes in base64, the same at every instance. Not set:
    /// the instance makes its own. Never logged.
    /// </summary>
    public byte[]? NonceKey { get; init; }

    /// <summary>
    /// REDIS_URL (or REDIS_URL_FILE), and REDIS_PASSWORD (or REDIS_PASSWORD_FILE): where the instances remember together which DPoP proofs
    /// have been used. Not set: each remembers its own, so that a stolen proof counts once at each. Never logged.
    /// </summary>
    public ConfigurationOptions? Redis { get; init; }

    /// <summary>
    /// INTROSPECTION_CLIENT_ID: as which client the authorization server is asked about each token; its registration names the resources of
    /// this API. Not set: tokens are checked here alone.
    /// </summary>
    public string? IntrospectionClient { get; init; }

    /// <summary>INTROSPECTION_CLIENT_SECRET (or INTROSPECTION_CLIENT_SECRET_FILE): its secret; never logged.</summary>
    public string? IntrospectionSecret { get; init; }

    /// <summary>
    /// MTLS_PROXY_HEADER: where a proxy of TRUSTED_PROXIES hands on the certificate of a client. It must set it on every request, empty
    /// where there is none: otherwise clients could send it themselves.
    /// </summary>
    public string? CertificateHeader { get; init; }

    /// <summary>TRUSTED_PROXIES: addresses, separated by commas.</summary>
    public IReadOnlyList<IPAddress> Proxies { get; init; } = [];

    /// <summary>PAYMENT_GATEWAY_KEY (or PAYMENT_GATEWAY_KEY_FILE): the bearer key for the gateway; never logged.</summary>
    public string? GatewayKey { get; init; }
}

public static class ApiSettingsSetup
{
    public const string DefaultAddress = "http://localhost:5081";
    private const string DefaultIssuer = "http://localhost:5080";
    private const string DefaultOrigin = "http://localhost:5173";
    private const string NonceKeyCure = "make one with openssl rand -base64 32";

    private static readonly Dictionary<string, string?> QuietLogs = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Polly"] = "Warning",
    };

    /// <summary>Reads and checks the settings; a mistake stops the start and names the key and the cure.</summary>
    public static void AddSettings(this WebApplicationBuilder builder)
    {
        var configuration = builder.Configuration;
        // Lowest of all: no line per request, wherever the program is started; Logging__LogLevel__... in the environment wins.
        configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = QuietLogs });
        // Kestrel's own default would be port 5000.
        if (string.IsNullOrEmpty(configuration["urls"])) builder.WebHost.UseUrls(DefaultAddress);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
        });
        // CLIENT_CERTIFICATES: whether listeners of https ask for one. Browsers would ask people to choose.
        if (IsOn("CLIENT_CERTIFICATES", configuration["CLIENT_CERTIFICATES"])) builder.AskForClientCertificates();
        var (nonces, nonceKey) = (IsOn("DPOP_NONCES", configuration["DPOP_NONCES"]), NonceKey(Secret(configuration, "DPOP_NONCE_KEY")));
        var redis = Redis(Secret(configuration, "REDIS_URL"), Secret(configuration, "REDIS_PASSWORD"));
        if (nonces && redis is not null && nonceKey is null)
        {
            throw new InvalidOperationException(
                $"DPOP_NONCE_KEY: missing; instances that share REDIS_URL need one key for their nonces: {NonceKeyCure}");
        }

        builder.Services.AddSingleton(new ApiSettings
        {
            Issuer = AddressOf("API_BASE_URL", configuration["API_BASE_URL"] ?? DefaultIssuer),
            Resource = AddressOf("RESOURCE_URL", configuration["RESOURCE_URL"] ?? FirstAddress(configuration["urls"]) ?? DefaultAddress),
            Origins = (configuration["CORS_ORIGINS"] ?? configuration["FRONTEND_URL"]
                ?? DefaultOrigin).TrimEnd('/').Split(' ', StringSplitOptions.RemoveEmptyEntries),
            DataDirectory = configuration["RESOURCE_DATA"] ?? Path.Combine(Home(builder.Environment.ContentRootPath), "data"),
            GatewayUrl = configuration["PAYMENT_GATEWAY_URL"] is { Length: > 0 } gateway
                ? new Uri(AddressOf("PAYMENT_GATEWAY_URL", gateway))
                : null,
            PaymentMaxAge = MaxAge("PAYMENT_MAX_AGE", configuration["PAYMENT_MAX_AGE"]),
            PaymentAcrValues = (configuration["PAYMENT_ACR_VALUES"] ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            GatewayKey = Secret(configuration, "PAYMENT_GATEWAY_KEY"),
            IntrospectionClient = configuration["INTROSPECTION_CLIENT_ID"] is { Length: > 0 } client ? client : null,
            IntrospectionSecret = Secret(configuration, "INTROSPECTION_CLIENT_SECRET"),
            DPoPNonces = nonces,
            NonceKey = nonceKey,
            Redis = redis,
            CertificateHeader = configuration["MTLS_PROXY_HEADER"] is { Length: > 0 } header ? header : null,
            Proxies = Addresses("TRUSTED_PROXIES", configuration["TRUSTED_PROXIES"]),
        });
    }

    // Under `dotnet run` the project's folder, otherwise the program's, and never the current directory.
    private static string Home(string contentRoot) =>
        File.Exists(Path.Combine(contentRoot, "ResourceApi.csproj")) ? contentRoot : AppContext.BaseDirectory;

    private static string AddressOf(string key, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https") || uri.Fragment.Length > 0)
        {
            throw new InvalidOperationException($"{key}: not an absolute http or https URL; set it to one such as https://api.example.com");
        }

        // A plain http issuer could be impersonated by any host on the way.
        if (uri.Scheme == "http" && !IsThisMachine(uri))
        {
            throw new InvalidOperationException($"{key}: http is for localhost, 127.0.0.1 and [::1] only; set it to an https URL");
        }
        return text.TrimEnd('/');
    }

    private static string? FirstAddress(string? urls) => urls?.Split(';', StringSplitOptions.RemoveEmptyEntries)
        .FirstOrDefault(u => Uri.TryCreate(u, UriKind.Absolute, out var uri) && IsThisMachine(uri) && uri.Port != 0)?.TrimEnd('/');

    // By the text: Uri.IsLoopback also accepts names that are resolved by DNS, such as "loopback", and Uri rewrites 127.1 to 127.0.0.1.
    private static bool IsThisMachine(Uri uri) => uri.Host is "localhost" or "127.0.0.1" or "[::1]"
        && uri.OriginalString.StartsWith($"{uri.Scheme}://{uri.Host}", StringComparison.Ordinal)
        && uri.OriginalString[$"{uri.Scheme}://{uri.Host}".Length..] is [] or [':' or '/' or '?', ..];

    private static bool IsOn(string key, string? text) => string.IsNullOrEmpty(text) ? false : bool.TryParse(text, out var on)
        ? on : throw new InvalidOperationException($"{key}: neither true nor false");

    private static IPAddress[] Addresses(string key, string? text) =>
    [
        .. (text ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(item =>
            IPAddress.TryParse(item, out var address) ? address
                : throw new InvalidOperationException($"{key}: {item} is not an address; separate addresses by commas")),
    ];

    private static TimeSpan? MaxAge(string key, string? text)
    {
        if (string.IsNullOrEmpty(text)) return TimeSpan.FromMinutes(15);
        return uint.TryParse(text, CultureInfo.InvariantCulture, out var seconds)
            ? seconds == 0 ? null : TimeSpan.FromSeconds(seconds)
            : throw new InvalidOperationException($"{key}: not a number of seconds; set it to one such as 900, or to 0");
    }

    private static byte[]? NonceKey(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        var key = new byte[text.Length];
        return Convert.TryFromBase64String(text, key, out var length) && length >= 32
            ? key[..length]
            : throw new InvalidOperationException($"DPOP_NONCE_KEY: not 32 bytes in base64; {NonceKeyCure}");
    }

    private static ConfigurationOptions? Redis(string? text, string? password) => string.IsNullOrEmpty(text) ? null
        : SharedProofs.Read(text, password) ?? throw new InvalidOperationException(
            "REDIS_URL: not the address of one Redis server; set it to one such as redis://host:6379/0, or rediss:// for TLS");

    private static string? Secret(ConfigurationManager configuration, string key) =>
        configuration[key + "_FILE"] is { Length: > 0 } file ? File.ReadAllText(file).Trim() : configuration[key];
}
