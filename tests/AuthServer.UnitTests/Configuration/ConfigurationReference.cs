using System.Globalization;
using System.Reflection;
using System.Text;
using System.Xml.Linq;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;

namespace AuthServer.UnitTests.Configuration;

/// <summary>Writes docs/configuration.md from the options classes and their summaries.</summary>
internal static class ConfigurationReference
{
    private const string Embedded =
        "An embedded SQLite database in the data directory, in any environment; the secrets are made at the first start and kept " +
        "beside it in `secrets.json` (readable by the server's user alone); the schema follows by itself; the issuer is the first " +
        "loopback address that is listened on";
    private const string NamedDatabase =
        "`SECRET_KEY`, `JWT_SECRET` and `API_BASE_URL` are required. An empty database gets its schema at the first start; later " +
        "versions refuse to start on an old schema until `AuthServer migrate` has run, or with `AUTHSERVER_MIGRATE=true`";
    private const string HttpsListener =
        "`TLS_CERTIFICATE_FILE` and `TLS_PRIVATE_KEY_FILE` are required, or `--https` on your own machine " +
        "([TLS without a proxy](tls.md#tls-without-a-proxy))";
    private const string OverHttps =
        "Every request must be https, or come through a trusted proxy that sends `X-Forwarded-Proto: https`; others are answered " +
        "with 400. `/health` is exempt";
    private const string OverHttp =
        "Only for `localhost`, `127.0.0.1` or `[::1]`, written so. The session cookie is not `Secure` then, and the console warns";

    private const string Preface =
        $$"""
        # Configuration

        This page is made from the options classes in `src/AuthServer`; a test keeps the two the same.
        Rewrite it with

            UPDATE_SNAPSHOTS=1 tests/AuthServer.UnitTests/bin/Debug/net10.0/AuthServer.UnitTests \
              -class AuthServer.UnitTests.Configuration.ConfigurationReferenceTests

        Every setting is an environment variable. It may also stand

        - on the command line, as `--KEY=value` (not for secrets: other users of the machine can read command lines),
        - in a file whose path is in `KEY_FILE` (container secrets; one line break at the end of the file is ignored;
          `KEY` and `KEY_FILE` together are refused),
        - in `appsettings.json`, in the section `"AuthServer": { "KEY": "value" }`. The environment and the command line win.

        All settings are checked before the server starts. It prints every problem as `KEY: what is wrong; what to do` and ends
        with exit code 78. Unknown keys in the section `AuthServer`, unknown environment variables that begin with `AUTHSERVER_`,
        and unknown `--KEY=value` arguments are refused. A variable that is nearly one of these keys (`DATABSE_URL`) is named in
        a warning when the server starts. An empty value counts as not set. Secrets never stand in a log or a message.
        A duration is a number with its unit: `30s`, `15m`, `12h`, `7d`.

        ## What has to be set

        | situation | rule |
        |---|---|
        | no `DATABASE_URL` | {{Embedded}} |
        | `DATABASE_URL` | {{NamedDatabase}} |
        | a listener that other machines reach | It must be https, or `TRUSTED_PROXIES` names the proxy in front of it |
        | an https listener | {{HttpsListener}} |
        | `API_BASE_URL` is https | {{OverHttps}} |
        | `API_BASE_URL` is http | {{OverHttp}} |

        The address to listen on is the framework's `ASPNETCORE_URLS` or `--urls`; without it the server listens on
        `http://localhost:5080`, with `--https` on `https://localhost:5443`.

        ## Exit codes

        | code | meaning |
        |---|---|
        | 0 | done |
        | 64 | the command line is not one of ours |
        | 65 | the input file of a command is not valid |
        | 69 | the database or the listening address cannot be had |
        | 78 | the configuration cannot be right |

        """;

    public static string Markdown()
    {
        var page = new StringBuilder(Preface);
        foreach (var options in EnvironmentVariables.All)
        {
            page.Append(CultureInfo.InvariantCulture, $"\n## {Title(options)}\n\n{Summary($"T:{options.FullName}")}\n\n");
            page.Append("| key | value | default | meaning |\n|---|---|---|---|\n");
            var defaults = Activator.CreateInstance(options)!;
            foreach (var (property, setting) in SettingsReader.SettingsOf(options))
            {
                var meaning = Summary($"P:{options.FullName}.{property.Name}");
                if (setting.Cure is not null) meaning += $" Set it to {setting.Cure}.";
                if (setting.Secret) meaning += " **Secret.**";
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"| `{setting.Key}` | {Form(property, setting)} | {Default(property.GetValue(defaults))} | {meaning} |\n");
            }
        }
        return page.ToString();
    }

    private static string Title(Type options) => options.Name.Replace("Options", "", StringComparison.Ordinal) switch
    {
        "Issuer" => "Address",
        "Lifetime" => "Lifetimes",
        "RateLimit" => "Limits",
        "Redis" => "Redis",
        "Seed" => "Seed",
        "Secret" => "Secrets",
        "Password" => "Passwords",
        "Tls" => "TLS",
        var other => other,
    };

    private static string Form(PropertyInfo property, SettingAttribute setting)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return type switch
        {
            _ when type == typeof(int) && setting.Maximum != int.MaxValue => $"{setting.Minimum} to {setting.Maximum}",
            _ when type == typeof(int) && setting.Minimum != int.MinValue => $"at least {setting.Minimum}",
            _ when type == typeof(int) => "number",
            _ when type == typeof(bool) => "true or false",
            _ when type == typeof(Uri) => "http(s) address",
            _ when type == typeof(byte[]) => "32 random bytes",
            _ when type == typeof(TimeSpan) && setting.Longest is not null => $"duration, {setting.Shortest} to {setting.Longest}",
            _ when type == typeof(TimeSpan) => "duration (30s, 15m, 12h, 7d)",
            _ when type == typeof(IReadOnlyList<string>) => "list, by commas",
            _ when type.IsEnum => string.Join(" or ", Enum.GetNames(type).Select(n => n.ToLowerInvariant())),
            _ => "text",
        };
    }

    /// <summary>A default as the page shows it; empty: there is none, or it is made for each process.</summary>
    public static string Default(object? value) => value switch
    {
        null or byte[] or IReadOnlyList<string> { Count: 0 } => "",
        IReadOnlyList<string> list => $"`{string.Join(',', list)}`",
        TimeSpan duration => $"`{SettingText.Text(duration)}`",
        bool or Enum => $"`{value.ToString()!.ToLowerInvariant()}`",
        string or int or Uri => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
        // A type without a text form would print its own name.
        _ => throw new NotSupportedException($"A default of type {value.GetType()} has no text form here."),
    };

    private static readonly XDocument Comments = XDocument.Load(
        Path.ChangeExtension(typeof(EnvironmentVariables).Assembly.Location, ".xml"));

    private static string Summary(string member)
    {
        var element = Comments.Descendants("member").Single(m => m.Attribute("name")!.Value == member).Element("summary")!;
        return string.Join(' ', element.Value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }
}
