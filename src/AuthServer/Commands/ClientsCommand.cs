using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Seeding;
using AuthServer.Sessions;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Commands;

/// <summary>Lists and changes the registered clients; running servers see a change within a second.</summary>
public static class ClientsCommand
{
    private const string Json = "--json", Finish = "--finish", Keep = "--keep";

    private const string Ended = "The former secret has ended.";

    private static readonly TimeSpan UsualKeep = TimeSpan.FromHours(24), LongestKeep = TimeSpan.FromDays(90);

    private static readonly CommandHelp ListHelp = new(
        "clients list", "clients list [--json]", "List the clients", "Type, grants, and until when a former secret is valid.");

    private static readonly CommandHelp ShowHelp = new("clients show", "clients show CLIENT_ID", "Print a client's registration as JSON",
        "In the form that clients create reads. A secret is never part of it: only its digest is stored.");

    private static readonly CommandHelp CreateHelp = new("clients create", "clients create [FILE] [--json]", "Register a client",
        """
        FILE is the JSON of one client, as in a seed file (docs/clients.md); without FILE, or with "-", it is read from standard input.
        A client that needs a secret and brings none gets one, which is printed once: only its digest is stored.
        """);

    private static readonly CommandHelp DeleteHelp = new(
        "clients delete", "clients delete CLIENT_ID [--yes]", "Delete a client and what belongs to it",
        "Says first which sessions and consents go with it, and asks; --yes is for scripts.");

    private static readonly CommandHelp RotateHelp = new(
        "clients secret rotate", "clients secret rotate CLIENT_ID [--keep DURATION | --finish] [--json]", "Give a client a new secret",
        """
        The new secret is printed once. The former one stays valid for DURATION (90s, 30m, 24h, 7d; 24h unless given, 0s ends it at once,
        90d at most), so that every instance of the client can take the new one meanwhile; --finish ends it now.
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [ListHelp, ShowHelp, CreateHelp, ClientCheck.Help, DeleteHelp, RotateHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json, Finish, Confirmation.Yes);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["show", .. var rest] => CommandLine.RunAsync(ShowHelp, rest, words: 1, (words, options) => ShowAsync(words[0], options)),
        ["create", .. var rest] => CreateAsync([.. rest.Where(a => a != Registrations.StandardInput)]),
        ["check", .. var rest] => ClientCheck.RunAsync(rest),
        ["delete", .. var rest] => CommandLine.RunAsync(DeleteHelp, rest, words: 1, (words, options) => DeleteAsync(words[0], options)),
        ["secret", "rotate", .. var rest] => RotateAsync(rest),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> ListAsync(string[] options) => WithServicesAsync(options, options.Contains(Json), async services =>
    {
        var secrets = services.GetRequiredService<ClientSecrets>();
        var rows = await services.GetRequiredService<AuthDbContext>().Clients.AsNoTracking().OrderBy(c => c.ClientId).ToListAsync();
        var clients = new List<ClientLine>();
        foreach (var row in rows)
        {
            var (client, fault) = ClientRowReader.Read(row);
            if (client is not null) clients.Add(ClientLine.Of(client, row.ClientSecret, secrets));
            else await Console.Error.WriteLineAsync($"{row.ClientId}: not usable, {fault}");
        }

        if (options.Contains(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(clients, ClientLines.Default.IReadOnlyListClientLine));
            return ExitCodes.Done;
        }

        Console.WriteLine($"{"CLIENT_ID",-30}  {"TYPE",-12}  {"NAME",-30}  GRANTS");
        foreach (var client in clients)
        {
            var rotation = client.FormerSecretUntil is { } until ? $" (former secret until {until})" : "";
            if (client.SecretUnderPreviousKey) rotation += " (secret under the previous SECRET_KEY)";
            var grants = string.Join(' ', client.GrantTypes);
            Console.WriteLine($"{client.ClientId,-30}  {client.Type,-12}  {client.ClientName,-30}  {grants}{rotation}");
        }

        return ExitCodes.Done;
    });

    private static Task<int> ShowAsync(string clientId, string[] options) => WithServicesAsync(options, quiet: true, async services =>
    {
        if (await FindAsync(services, clientId) is not { } client) return await UnknownAsync(clientId);
        Console.WriteLine(Registration(client.ClientId, JsonObject.Create(client.Metadata)!, secret: null));
        return ExitCodes.Done;
    });

    private static Task<int> CreateAsync(string[] args) =>
        CommandLine.RunAsync(CreateHelp, args, CommandLine.CountWords(args) == 0 ? 0 : 1, CreateAsync);

    private static async Task<int> CreateAsync(string[] words, string[] options)
    {
        var (json, fault) = await Registrations.ReadAsync(words is [var file] ? file : null, "client");
        if (json is null) return await Registrations.RefuseAsync(fault!);
        return await WithServicesAsync(options, options.Contains(Json), async services =>
        {
            switch (await services.GetRequiredService<ClientCreation>().CreateAsync(json, CancellationToken.None))
            {
                case CreatedClient.Created created:
                    foreach (var warning in created.Warnings) await Console.Error.WriteLineAsync($"Warning, {warning}");
                    if (options.Contains(Json)) Console.WriteLine(Registration(created.ClientId, created.Metadata.Json, created.Secret));
                    else Console.WriteLine($"Created: {created.ClientId}");
                    if (created.Secret is not null && !options.Contains(Json)) PrintSecret(created.Secret);
                    return ExitCodes.Done;
                case CreatedClient.Taken(var clientId):
                    return await Registrations.RefuseAsync($"There is a client \"{clientId}\" already.");
                case CreatedClient.Refused(var problems):
                    await Console.Error.WriteLineAsync("The client is refused, and nothing was changed:");
                    foreach (var problem in problems) await Console.Error.WriteLineAsync($"  {problem}");
                    return ExitCodes.BadInput;
                case var other:
                    throw new InvalidOperationException($"Unknown result {other}");
            }
        });
    }

    private static Task<int> DeleteAsync(string clientId, string[] options) => WithServicesAsync(options, quiet: false, async services =>
    {
        if (clientId == BuiltIns.FirstPartyClientId)
        {
            return await Registrations.RefuseAsync($"{clientId} is built in: the server would make it again.");
        }

        if (await FindAsync(services, clientId) is not { } client) return await UnknownAsync(clientId);
        var deletion = services.GetRequiredService<ClientDeletion>();
        Console.WriteLine($"{client.ClientId} ({client.Name}) goes with {await deletion.CountAsync(clientId, CancellationToken.None)}.");
        if (!Confirmation.IsGiven(options, "Delete it?")) return ExitCodes.Usage;
        if (await deletion.DeleteAsync(clientId, "command", CancellationToken.None) is not { } gone) return await UnknownAsync(clientId);
        Console.WriteLine($"Deleted: {clientId}, with {gone}");
        return ExitCodes.Done;
    });

    private static Task<int> RotateAsync(string[] args)
    {
        var (rest, keep) = KeepOf(args);
        if (keep is null) return CommandLine.AnswerGroup(Helps, []);
        return CommandLine.RunAsync(
            RotateHelp, rest, words: 1, (words, options) => WithServicesAsync(options, options.Contains(Json), async services =>
        {
            var rotation = services.GetRequiredService<SecretRotation>();
            return await TellAsync(words[0], options.Contains(Json), options.Contains(Finish)
                ? await rotation.FinishAsync(words[0], CancellationToken.None)
                : await rotation.RotateAsync(words[0], keep.Value, CancellationToken.None));
        }));
    }

    private static async Task<int> TellAsync(string clientId, bool json, RotationResult result)
    {
        switch (result)
        {
            case RotationResult.Rotated(var secret, var until) when json:
                Console.WriteLine(JsonSerializer.Serialize(new(clientId, secret, ClientLine.Text(until)), ClientLines.Default.NewSecret));
                return ExitCodes.Done;
            case RotationResult.Rotated(var secret, var until):
                PrintSecret(secret);
                Console.WriteLine(until is null ? Ended : $"The former secret is valid until {ClientLine.Text(until)}.");
                return ExitCodes.Done;
            case RotationResult.Finished:
                Console.WriteLine(Ended);
                return ExitCodes.Done;
            case RotationResult.NotFound:
                return await UnknownAsync(clientId);
            case RotationResult.NoSecret:
                return await Registrations.RefuseAsync($"{clientId} has no secret.");
            case RotationResult.UnderWay(var until):
                return await Registrations.RefuseAsync(
                    $"The last rotation is not over: the former secret is valid until {ClientLine.Text(until)}. {Finish} ends it now.");
            case RotationResult.NotUnderWay:
                return await Registrations.RefuseAsync($"{clientId} has one secret only.");
            default:
                return await Registrations.RefuseAsync(
                    $"{clientId} was changed by another process at the same moment. Nothing was changed here.");
        }
    }

    private static void PrintSecret(string secret)
    {
        Console.WriteLine($"Secret: {secret}");
        Console.WriteLine("It is shown this once: the server keeps only a digest of it.");
    }

    /// <summary>The registration in the form that a seed file has.</summary>
    private static string Registration(string clientId, JsonObject metadata, string? secret)
    {
        var json = new JsonObject { ["client_id"] = clientId };
        if (secret is not null) json["client_secret"] = secret;
        foreach (var (name, value) in metadata) json[name] = value?.DeepClone();
        return json.ToJsonString(ClientLines.Default.Options);
    }

    private static async Task<RegisteredClient?> FindAsync(IServiceProvider services, string clientId)
    {
        var clients = services.GetRequiredService<AuthDbContext>().Clients.AsNoTracking();
        if (await clients.FirstOrDefaultAsync(c => c.ClientId == clientId) is not { } row) return null;
        var (client, fault) = ClientRowReader.Read(row);
        return client ?? throw new StartRefusedException($"client {clientId}: {fault}");
    }

    /// <summary>Takes --keep and its value out of the arguments.</summary>
    /// <returns>Null instead of a duration that cannot be read.</returns>
    private static (string[] Others, TimeSpan? Keep) KeepOf(string[] args)
    {
        if (CommandLine.TakeValue(ref args, Keep) is not { } text) return (args, UsualKeep);
        return (args, SettingText.Duration(text) is { } duration && duration <= LongestKeep ? duration : null);
    }

    private static Task<int> UnknownAsync(string clientId) =>
        Registrations.RefuseAsync($"There is no client \"{clientId}\". AuthServer clients list shows them.");

    private static Task<int> WithServicesAsync(string[] options, bool quiet, Func<IServiceProvider, Task<int>> run) =>
        CommandServices.RunAsync([.. options.Where(o => !Flags.Contains(o))], quiet, run);
}

/// <summary>A client as <c>clients list</c> prints it.</summary>
internal sealed record ClientLine(
    string ClientId, string ClientName, string Type, ImmutableArray<string> GrantTypes, string? FormerSecretUntil,
    bool SecretUnderPreviousKey)
{
    public static ClientLine Of(RegisteredClient client, string? secret, ClientSecrets secrets) => new(
        client.ClientId, client.Name, client.IsPublic ? "public" : "confidential", [.. client.GrantTypes.Order(StringComparer.Ordinal)],
        secret is null ? null : Text(secrets.FormerValidUntil(secret)), secret is not null && secrets.NeedsPreviousKey(secret));

    public static string? Text(DateTimeOffset? time) =>
        time is { } at ? UtcText.Iso(at.UtcDateTime) : null;
}

/// <summary>A new secret as <c>clients secret rotate --json</c> prints it.</summary>
internal sealed record NewSecret(string ClientId, string ClientSecret, string? FormerSecretUntil);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<ClientLine>))]
[System.Text.Json.Serialization.JsonSerializable(typeof(NewSecret))]
internal sealed partial class ClientLines : System.Text.Json.Serialization.JsonSerializerContext;
