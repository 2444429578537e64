using System.Collections.Frozen;
using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Seeding;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Commands;

/// <summary>Lists and changes the registered resources (APIs); running servers see a change within a second.</summary>
public static class ResourcesCommand
{
    private const string Json = "--json";

    private static readonly CommandHelp ListHelp = new(
        "resources list", "resources list [--json]", "List the resources (APIs)",
        "Identifier, algorithm of its access tokens, name for people.");

    private static readonly CommandHelp CreateHelp = new(
        "resources create", "resources create [FILE] [--json]", "Register a resource",
        """
        FILE is the JSON of one resource, as in a seed file (docs/clients.md); without FILE, or with "-", it is read from standard input.
        """);

    private static readonly CommandHelp DeleteHelp = new(
        "resources delete", "resources delete IDENTIFIER [--yes]", "Delete a resource",
        """
        Its name and its algorithm go. Scopes and clients that name it stay as they are, and tokens for it are issued as they say: the
        command lists them first, and asks; --yes is for scripts.
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [ListHelp, CreateHelp, DeleteHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json, Confirmation.Yes);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["create", .. var rest] => CreateAsync([.. rest.Where(a => a != Registrations.StandardInput)]),
        ["delete", .. var rest] => CommandLine.RunAsync(DeleteHelp, rest, words: 1, (words, options) => DeleteAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> ListAsync(string[] options) => WithServicesAsync(options, options.Contains(Json), async services =>
    {
        var db = services.GetRequiredService<AuthDbContext>();
        var resources = (await db.Resources.AsNoTracking().OrderBy(r => r.Identifier).ToListAsync()).ConvertAll(ResourceLine.Of);
        if (options.Contains(Json))
        {
            Console.WriteLine(JsonSerializer.Serialize(resources, ResourceLines.Default.IReadOnlyListResourceLine));
            return ExitCodes.Done;
        }

        Console.WriteLine($"{"IDENTIFIER",-50}  {"ALGORITHM",-9}  NAME");
        foreach (var resource in resources)
        {
            Console.WriteLine($"{resource.Identifier,-50}  {resource.AccessTokenSignedResponseAlg ?? "-",-9}  {resource.DisplayName}");
        }

        return ExitCodes.Done;
    });

    private static Task<int> CreateAsync(string[] args) =>
        CommandLine.RunAsync(CreateHelp, args, CommandLine.CountWords(args) == 0 ? 0 : 1, CreateAsync);

    private static async Task<int> CreateAsync(string[] words, string[] options)
    {
        var (json, fault) = await Registrations.ReadAsync(words is [var file] ? file : null, "resource");
        if (json is null) return await Registrations.RefuseAsync(fault!);
        return await WithServicesAsync(options, options.Contains(Json), async services =>
        {
            switch (await services.GetRequiredService<ResourceCreation>().CreateAsync(json, CancellationToken.None))
            {
                case CreatedResource.Created(var row, var warnings):
                    foreach (var warning in warnings) await Console.Error.WriteLineAsync($"Warning, {warning}");
                    Console.WriteLine(options.Contains(Json)
                        ? JsonSerializer.Serialize(ResourceLine.Of(row), ResourceLines.Default.ResourceLine)
                        : $"Created: {row.Identifier}");
                    return ExitCodes.Done;
                case CreatedResource.Taken(var identifier):
                    return await Registrations.RefuseAsync($"There is a resource \"{identifier}\" already.");
                case CreatedResource.Refused(var problems):
                    await Console.Error.WriteLineAsync("The resource is refused, and nothing was changed:");
                    foreach (var problem in problems) await Console.Error.WriteLineAsync($"  {problem}");
                    return ExitCodes.BadInput;
                case var other:
                    throw new InvalidOperationException($"Unknown result {other}");
            }
        });
    }

    private static Task<int> DeleteAsync(string identifier, string[] options) => WithServicesAsync(options, quiet: false, async services =>
    {
        var (db, resources) = (services.GetRequiredService<AuthDbContext>(), services.GetRequiredService<ResourceRegistration>());
        if (await resources.FindAsync(identifier, CancellationToken.None) is not { } row)
        {
            return await Registrations.RefuseAsync(
                $"There is no resource \"{identifier}\". AuthServer resources list shows them.");
        }

        var naming = await NamingAsync(db, identifier);
        Console.WriteLine(naming.Count == 0 ? "No scope and no client names it." : $"Still named by {string.Join(", ", naming)}.");
        if (!Confirmation.IsGiven(options, "Delete it?")) return ExitCodes.Usage;
        resources.Remove(row, "command");
        await db.SaveChangesAsync();
        Console.WriteLine($"Deleted: {identifier}");
        return ExitCodes.Done;
    });

    /// <summary>The scopes that belong to a resource, and the clients that may have tokens for it without one.</summary>
    private static async Task<List<string>> NamingAsync(AuthDbContext db, string identifier)
    {
        var scopes = await db.Scopes.AsNoTracking().OrderBy(s => s.Name).ToListAsync();
        var clients = await db.Clients.AsNoTracking().OrderBy(c => c.ClientId).ToListAsync();
        return
        [
            .. scopes.Where(s => ClientRowReader.Read(s).Scope?.Resources.Contains(identifier) is true).Select(s => $"scope {s.Name}"),
            .. clients.Where(c => ClientRowReader.Read(c).Client?.AllowedResources.Contains(identifier) is true)
                .Select(c => $"client {c.ClientId}"),
        ];
    }

    /// <param name="quiet">Only the result is for standard output.</param>
    private static Task<int> WithServicesAsync(string[] options, bool quiet, Func<IServiceProvider, Task<int>> run) =>
        CommandServices.RunAsync([.. options.Where(o => !Flags.Contains(o))], quiet, run);
}

/// <summary>A resource as <c>resources list</c> prints it.</summary>
internal sealed record ResourceLine(string Identifier, string? DisplayName, string? AccessTokenSignedResponseAlg)
{
    public static ResourceLine Of(Resource row) => new(row.Identifier, row.DisplayName, row.AccessTokenSignedResponseAlg);

    public static ResourceLine Of(RegisteredResource resource) =>
        new(resource.Identifier, resource.DisplayName, resource.AccessTokenSignedResponseAlg);
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(
    PropertyNamingPolicy = System.Text.Json.Serialization.JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(IReadOnlyList<ResourceLine>))]
internal sealed partial class ResourceLines : System.Text.Json.Serialization.JsonSerializerContext;
