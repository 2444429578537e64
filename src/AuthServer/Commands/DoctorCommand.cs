using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Backup;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data.Checks;
using AuthServer.Doctor;
using AuthServer.Email;
using AuthServer.Hosting;
using AuthServer.Hosting.Certificates;
using AuthServer.Hosting.Probes;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using AuthServer.Protocol.BackchannelLogout;

namespace AuthServer.Commands;

/// <summary>Looks at everything that an operator has to keep in order, and says what is wrong with its cure.</summary>
public static class DoctorCommand
{
    private const string Json = "--json", Strict = "--strict";

    public static readonly CommandHelp Help = new("doctor", "doctor [--https] [--strict] [--json]", "Say what is wrong, and the cure",
        """
        Looks at the configuration, secrets, keys, the database and its encryption, certificates, Redis, backups, the disk and its files.
        It changes nothing, and runs beside servers or without one, with the environment of the server. No secret is printed.
        --https is for a server that was started with it.
        Exit code: 0 when nothing is wrong, 1 when something is, 2 with --strict when there are only warnings.
        """);

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json, Strict);

    public static Task<int> RunAsync(string[] args) => CommandLine.RunAsync(Help, args, words: 0, async (_, options) =>
    {
        await using var app = WebHost.BuildForDoctor(ServeCommand.Settings(options.Where(o => !Flags.Contains(o))), AddChecks);
        var found = await app.Services.GetRequiredService<Checkup>().RunAsync(CancellationToken.None);
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(DoctorReport.Of(found), DoctorJson.Default.DoctorReport));
        else Print(found, Console.Out);
        return found.Max(f => f.Finding.Verdict) switch
        {
            Verdict.Wrong => ExitCodes.Failed,
            Verdict.Warning when options.Contains(Strict) => ExitCodes.Warnings,
            _ => ExitCodes.Done,
        };
    });

    /// <summary>All checks, in the order in which they are printed; what comes later rests on what came before.</summary>
    private static void AddChecks(IServiceCollection services)
    {
        services.AddSingleton<Checkup>();
        // Absent for the checks, too, where the secrets are refused or not made yet.
        if (services.Any(s => s.ServiceType == typeof(SecretOptions)))
        {
            services.AddSingleton<RingKeys>().AddSingleton<DataProtectionSealing>().AddSingleton<UserTokenSealing>();
            services.AddSingleton<LetterSealing>().AddSingleton<ClientSecrets>();
            if (services.Any(s => s.ServiceType == typeof(DatabaseReach))) services.AddSingleton<Rewrap>();
        }
        services.AddOutsideKeys();
        services.AddSingleton<ICheck, ConfigurationCheck>();
        services.AddSingleton<ICheck, SecretsCheck>();
        services.AddSingleton<ICheck, FilesCheck>();
        services.AddSingleton<ICheck, DiskCheck>();
        services.AddSingleton<ICheck, DatabaseCheck>();
        services.AddSingleton<ICheck, EncryptionCheck>();
        services.AddSingleton<ICheck, DatabaseTlsCheck>();
        services.AddSingleton<ICheck, KeysCheck>();
        services.AddSingleton<ICheck, OutsideKeysCheck>();
        services.AddSingleton<ICheck, FormerSecretsCheck>();
        services.AddSingleton<ICheck, CertificateCheck>();
        services.AddSingleton<ICheck, BackupCheck>();
        services.AddSingleton<ICheck, RedisCheck>();
        services.AddSingleton<ICheck, MailCheck>();
        services.AddSingleton<ICheck, LogoutNoticeCheck>();
    }

    private static void Print(IReadOnlyList<CheckedFinding> found, TextWriter output)
    {
        var width = found.Max(f => f.Check.Length);
        string? last = null;
        foreach (var (check, finding) in found)
        {
            output.WriteLine($"{Word(finding.Verdict),-8} {(check == last ? "" : check).PadRight(width)}  {finding.What}");
            if (finding.Cure is { } cure) output.WriteLine($"{"",-8} {"".PadRight(width)}  -> {cure}");
            last = check;
        }
        output.WriteLine();
        output.WriteLine($"{Count(Verdict.Wrong)} wrong, {Count(Verdict.Warning)} to be warned of, {Count(Verdict.Ok)} good, "
            + $"{Count(Verdict.Skipped)} not looked at.");

        int Count(Verdict verdict) => found.Count(f => f.Finding.Verdict == verdict);
    }

    internal static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Ok => "ok",
        Verdict.Skipped => "skipped",
        Verdict.Warning => "warning",
        _ => "WRONG",
    };
}

/// <summary>The findings as <c>doctor --json</c> prints them.</summary>
/// <param name="Verdict">The worst of them: ok, warning or wrong.</param>
internal sealed record DoctorReport(string Version, string Verdict, IReadOnlyList<DoctorLine> Findings)
{
    public static DoctorReport Of(IReadOnlyList<CheckedFinding> found)
    {
        var worst = found.Max(f => f.Finding.Verdict);
        return new(ProductVersion.Text, Text(worst == Doctor.Verdict.Skipped ? Doctor.Verdict.Ok : worst),
            [.. found.Select(f => new DoctorLine(f.Check, Text(f.Finding.Verdict), f.Finding.What, f.Finding.Cure))]);
    }

    private static string Text(Verdict verdict) => verdict.ToString().ToLowerInvariant();
}

internal sealed record DoctorLine(string Check, string Verdict, string What, string? Cure);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(DoctorReport))]
internal sealed partial class DoctorJson : JsonSerializerContext;
