using AuthServer.Audit;
using AuthServer.Backup;
using AuthServer.Backup.Schedule;
using AuthServer.Clients.Certificates;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Documents;
using AuthServer.Clients.Profiles;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Redis;
using AuthServer.Email;
using AuthServer.Hosting.Certificates;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using AuthServer.Keys.Pkcs11;
using AuthServer.Outbound;
using AuthServer.Protocol.Assertions;
using AuthServer.Protocol.Authorization;
using AuthServer.Protocol.Details;
using AuthServer.Protocol.Ciba;
using AuthServer.Protocol.DeviceAuthorization;
using AuthServer.RateLimits;
using AuthServer.RateLimits.Overload;
using AuthServer.Seeding;
using AuthServer.Sessions;
using AuthServer.Sessions.Senders;
using AuthServer.Telemetry;
using AuthServer.Users.Passwords;
using AuthServer.Users.Profile;
using AuthServer.Users.Proofs;
using AuthServer.Users.Providers;
using AuthServer.Users.Registration;
using AuthServer.Users.SecondFactors;
using AuthServer.Users.SignIn;

namespace AuthServer.Hosting.Configuring;

/// <summary>What the process is for: it decides which settings must be there, and what may be made in the data directory.</summary>
public enum HostPurpose
{
    Serve,

    /// <summary>`seed`: as a server would, it makes the embedded database where there is none; it never listens.</summary>
    Seed,

    /// <summary>Works beside a server (`keys`): never makes a data directory.</summary>
    Command,

    /// <summary>
    /// `backup restore`: it makes the embedded database, with secrets that are there already: those of the backup's server.
    /// </summary>
    Restore,

    /// <summary>The schema alone: no issuer, and secrets only for the embedded database, which is encrypted with one of them.</summary>
    Migrate,

    /// <summary>A server on the scratch database of a restore drill, with settings of its own and without jobs.</summary>
    Drill,
}

/// <summary>
/// Reads every environment variable of this server: fills the options classes, applies the rules that span them, and registers each as a
/// singleton.
/// </summary>
/// <remarks>
/// A new variable is a property with <see cref="SettingAttribute"/> in the options class of its room; a new options class is named in <see
/// cref="All"/>.
/// </remarks>
public static class EnvironmentVariables
{
    /// <summary>All options classes; docs/configuration.md is made from them, in this order.</summary>
    public static readonly IReadOnlyList<Type> All =
    [
        typeof(IssuerOptions),
        typeof(DPoPOptions),
        typeof(ServerOptions), typeof(ManagementOptions), typeof(LogOptions), typeof(TelemetryOptions),
        typeof(TlsOptions), typeof(DatabaseOptions), typeof(RedisOptions), typeof(SecretOptions), typeof(KeyOptions),
        typeof(OutsideKeyOptions), typeof(Pkcs11Options), typeof(PasswordOptions), typeof(RegistrationOptions),
        typeof(EmailConfirmationOptions), typeof(ProfileOptions), typeof(SignInMethodOptions), typeof(SecondFactorOptions),
        typeof(UpstreamOptions), typeof(UpstreamProviderOptions),
        typeof(ScopeOptions), typeof(SecurityProfileOptions), typeof(ClientRegistrationOptions), typeof(SoftwareStatementOptions),
        typeof(ClientTrustOptions), typeof(ClientDocumentOptions),
        typeof(PushedRequestOptions), typeof(DetailTypeOptions),
        typeof(LifetimeOptions), typeof(RateLimitOptions), typeof(OverloadOptions),
        typeof(SessionLimitOptions), typeof(SessionManagementOptions), typeof(AuditOptions), typeof(OutboundOptions),
        typeof(AssertionOptions), typeof(DeviceOptions), typeof(CibaOptions),
        typeof(PlaceOptions),
        typeof(EmailOptions), typeof(SeedOptions), typeof(BackupOptions), typeof(BackupScheduleOptions), typeof(BrandOptions),
        typeof(LanguageOptions), typeof(PasskeyProviderOptions), typeof(MtlsOptions),
    ];

    private const string NoMail = ", and this server sends no mail";

    // Their secrets may be made in the data directory, which the other settings name.
    internal static readonly Type[] ReadLast = [typeof(SecretOptions), typeof(BackupOptions)];

    // Read once for each name that the operator has given.
    private static readonly Type[] ReadByName = [typeof(UpstreamProviderOptions)];

    public static StartSettings AddSettings(this WebApplicationBuilder builder, string[] args, HostPurpose purpose)
    {
        var reader = new SettingsReader(builder.Configuration);
        var (read, settings) = ReadCommon(builder, args, reader);
        if (purpose == HostPurpose.Serve)
        {
            RefuseListeners(builder, settings, reader.Problems);
            settings = settings with { Certificate = StartCertificate.FromFiles(settings.Tls, reader.Problems) };
        }
        if (purpose != HostPurpose.Migrate)
        {
            ResolveIssuer(settings, reader);
            ReadSecrets(settings, reader, read, purpose);
        }
        else if (settings.Database.IsEmbedded && reader.Problems.Lines.Count == 0)
        {
            var isNew = !settings.Data.HasDatabase();
            if (isNew) DataDirectories.Prepare(settings.Data);
            // A server would refuse to start on a database whose secrets it does not find, and the file does not open without them.
            if (isNew || settings.Database.EncryptFile) GeneratedSecrets.Offer(reader, settings.Data);
            if (settings.Database.EncryptFile && reader.Problems.Lines.Count == 0)
                read[typeof(SecretOptions)] = reader.Read<SecretOptions>();
        }
        var backups = reader.Read<BackupOptions>();
        read[typeof(BackupOptions)] = backups;
        if (purpose == HostPurpose.Serve) RefuseScheduleWithoutKey(settings.Backups, backups, reader.Problems);
        if (purpose == HostPurpose.Serve && settings.Tls.LocalHttps && reader.Problems.Lines.Count == 0)
            settings = settings with { Certificate = StartCertificate.Local(settings.Data, reader.Problems) };
        if (purpose == HostPurpose.Serve) RefuseWithoutMail(builder, read, reader.Problems);
        reader.Problems.ThrowIfAny();
        if (settings.Database.IsEmbedded && read.GetValueOrDefault(typeof(SecretOptions)) is SecretOptions secrets)
            builder.Services.AddSingleton(DatabaseFileKeys.Of(secrets));

        foreach (var (type, options) in read) builder.Services.AddSingleton(type, options);
        builder.Services.AddSingleton(settings.Data);
        builder.Services.AddSingleton(new StartWarnings([.. PlaceWarnings(builder, settings), .. Warnings(settings)]));
        return settings;
    }

    /// <summary>What a start and `doctor` read alike. What is wrong is among the problems of the reader.</summary>
    internal static (Dictionary<Type, object> Read, StartSettings Settings) ReadCommon(
        WebApplicationBuilder builder, string[] args, SettingsReader reader)
    {
        UnicodeRules.Require(reader.Problems);
        var read = All.Except(ReadLast).Except(ReadByName).ToDictionary(t => t, reader.Read);
        Of<UpstreamOptions>().ReadProviders(reader, Of<IssuerOptions>(), EnvironmentNames());
        var settings = new StartSettings(
            Of<ServerOptions>(), Of<ManagementOptions>(), Of<LogOptions>(), Of<TelemetryOptions>(), Of<TlsOptions>(),
            Of<IssuerOptions>(), Of<DatabaseOptions>(), Of<RedisOptions>(), Of<BrandOptions>(), Of<BackupScheduleOptions>(),
            Of<EmailOptions>(), Of<UpstreamOptions>(),
            DataDirectories.Resolve(Of<ServerOptions>(), builder.Environment.ContentRootPath),
            Listeners.Of(builder.Configuration, Of<TlsOptions>()).With(Of<MtlsOptions>().Listeners))
        {
            Mtls = Of<MtlsOptions>(), PasskeyProviders = Of<PasskeyProviderOptions>(),
        };
        UnknownSettings.Refuse(builder.Configuration, EnvironmentNames(), args, All, reader.Problems, reader.NamedKeys);
        return (read, settings);

        T Of<T>() => (T)read[typeof(T)];
    }

    /// <summary>What only a process that listens is refused for.</summary>
    internal static void RefuseListeners(WebApplicationBuilder builder, StartSettings settings, SettingProblems problems)
    {
        settings.Listeners.RefuseOpenHttp(settings.Server, problems);
        Listeners.RefuseBesideEndpoints(settings.Mtls.Listeners, builder.Configuration, problems);
        settings.Listeners.RefuseHttpsWithoutCertificate(settings.Tls, builder.Configuration, problems);
        new Listeners(settings.Management.Addresses).RefuseHttpsWithoutCertificate(
            settings.Tls, builder.Configuration, problems, ManagementOptions.Key);
        StartCertificate.RefuseLocalBesideDatabase(settings, problems);
    }

    // At a start alone, where a forgotten setting would make a new database. `doctor` names the database among its findings instead.
    private static IEnumerable<string> PlaceWarnings(WebApplicationBuilder builder, StartSettings settings)
    {
        if (settings.Database.Url is null && builder.Environment.IsProduction())
            yield return "DATABASE_URL is not set: everything is kept in one SQLite file, for this process alone.";
    }

    /// <summary>What a start and `doctor` warn about alike.</summary>
    internal static IEnumerable<string> Warnings(StartSettings settings)
    {
        if (settings.Database is { IsEmbedded: true, EncryptFile: false })
            yield return "SQLITE_ENCRYPTION is off: the file can be read by anybody who gets at it, or at a copy.";
        if (settings.Email.HasIdleKey)
            yield return "EMAIL_SERVICE_API_KEY is set, and EMAIL_SERVICE is not: nothing uses the key, and no mail is sent.";
        foreach (var name in settings.Upstream.IdleKeys)
            yield return $"{name} is set, and UPSTREAM_PROVIDERS does not name its provider: it changes nothing.";
        foreach (var line in settings.PasskeyProviders.Warnings.Concat(StartCertificate.Warnings(settings))) yield return line;
        foreach (var (name, key) in UnknownSettings.Misspelt(EnvironmentNames(), All))
            yield return $"The environment variable {name} is not a setting of this server. Did you mean {key}?";
        foreach (var name in UnknownSettings.Unread(EnvironmentNames(), All))
            yield return $"The environment variable {name} changes nothing: this server does not read it (docs/monitoring.md).";
    }

    // Otherwise the first night would tell.
    internal static void RefuseScheduleWithoutKey(BackupScheduleOptions schedule, BackupOptions backups, SettingProblems problems)
    {
        if (schedule is { Times: null, DrillTimes: null } || backups.Key is not null || problems.Lines.Count > 0) return;
        problems.Add("BACKUP_KEY", "is not set, and BACKUP_SCHEDULE or BACKUP_DRILL is",
            $"set it to the output of `{SecretText.Command}`, and keep a copy away from this machine");
    }

    private static void RefuseWithoutMail(WebApplicationBuilder builder, Dictionary<Type, object> read, SettingProblems problems)
    {
        if (((EmailOptions)read[typeof(EmailOptions)]).IsConfigured || builder.Environment.IsDevelopment()) return;
        // Nobody could sign up, and who is not confirmed could never be.
        if (((EmailConfirmationOptions)read[typeof(EmailConfirmationOptions)]).Rule == EmailConfirmationRule.Required)
        {
            problems.Add("EMAIL_CONFIRMATION", "is required" + NoMail, "set SMTP_URL or EMAIL_SERVICE, or set it to optional");
        }

        if (((SecondFactorOptions)read[typeof(SecondFactorOptions)]).Mail != MailedFactorRule.Off)
        {
            problems.Add(SecondFactorOptions.MailKey, "is not off" + NoMail, "set SMTP_URL or EMAIL_SERVICE, or set it to off");
        }

        // A sign-up that answers alike, and an account that is there at once or not, tell which addresses have one.
        if (!((RegistrationOptions)read[typeof(RegistrationOptions)]).RevealsTakenEmail)
        {
            problems.Add(RegistrationOptions.RevealsKey, "is false" + NoMail, "set SMTP_URL or EMAIL_SERVICE, or set it to true");
        }

        if (((SignInMethodOptions)read[typeof(SignInMethodOptions)]).Email)
        {
            problems.Add(SignInMethodOptions.Key, "has email" + NoMail, "set SMTP_URL or EMAIL_SERVICE, or leave email out");
        }
    }

    internal static void ResolveIssuer(StartSettings settings, SettingsReader reader)
    {
        if (reader.IsSet("API_BASE_URL")) return;
        const string Cure = "set it to the address that browsers and apps use, such as https://id.example.com";
        if (reader.IsSet("DATABASE_URL")) reader.Problems.Add("API_BASE_URL", "is not set, and is required beside DATABASE_URL", Cure);
        else if (settings.Listeners.FirstLoopback() is { } address) settings.Issuer.Issuer = address;
        else reader.Problems.Add("API_BASE_URL", "is not set, and no listener has a loopback address with a fixed port", Cure);
    }

    private static void ReadSecrets(StartSettings settings, SettingsReader reader, Dictionary<Type, object> read, HostPurpose purpose)
    {
        if (!reader.IsSet("DATABASE_URL"))
        {
            // Nothing is written to disk for a configuration that is refused anyway.
            if (reader.Problems.Lines.Count > 0) return;
            if (purpose == HostPurpose.Command) DataDirectories.RefuseMissing(settings.Data);
            else DataDirectories.Prepare(settings.Data);
            GeneratedSecrets.Offer(reader, settings.Data, mayMake: purpose != HostPurpose.Restore);
            if (reader.Problems.Lines.Count > 0) return;
        }
        read[typeof(SecretOptions)] = reader.Read<SecretOptions>();
    }

    internal static IEnumerable<string> EnvironmentNames() => Environment.GetEnvironmentVariables().Keys.Cast<string>();
}

/// <summary>What the composition root itself needs of the settings.</summary>
public sealed record StartSettings(
    ServerOptions Server, ManagementOptions Management, LogOptions Logs, TelemetryOptions Telemetry, TlsOptions Tls,
    IssuerOptions Issuer, DatabaseOptions Database, RedisOptions Redis, BrandOptions Brand,
    BackupScheduleOptions Backups, EmailOptions Email, UpstreamOptions Upstream,
    DataDirectory Data, Listeners Listeners, CurrentCertificate? Certificate = null)
{
    public MtlsOptions Mtls { get; init; } = new();

    public PasskeyProviderOptions PasskeyProviders { get; init; } = new();
}
