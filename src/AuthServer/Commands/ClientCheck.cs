using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Clients.Profiles;
using AuthServer.Configuration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Commands;

/// <summary>Holds a client's registration against the security profiles.</summary>
internal static class ClientCheck
{
    private const string Json = "--json", Profile = "--profile";

    public static readonly CommandHelp Help = new(
        "clients check", "clients check CLIENT_ID [--profile NAME] [--json]",
        "Say what a registration gets wrong against each security profile",
        $"""
        Prints, for each profile ({SecurityProfiles.Known}), what the registration must not say and what to write instead, and what the app
        has to do that the registration alone does not ask of it. With --profile, for that one alone. Exit code 65: the registration
        does not fit the profile that was named, or else its own. Nothing is changed.
        """);

    public static Task<int> RunAsync(string[] args)
    {
        var name = CommandLine.TakeValue(ref args, Profile);
        if (name is not null && SecurityProfiles.Of(name) is null)
        {
            Console.Error.WriteLine($"\"{name}\" is not a security profile: name {SecurityProfiles.Known}.");
            return CommandLine.AnswerGroup([Help], []);
        }

        return CommandLine.RunAsync(Help, args, words: 1, (words, options) => CommandServices.RunAsync(
            [.. options.Where(o => o != Json)], quiet: true,
            services => CheckAsync(services, words[0], SecurityProfiles.Of(name), options.Contains(Json))));
    }

    private static async Task<int> CheckAsync(IServiceProvider services, string clientId, SecurityProfile? asked, bool asJson)
    {
        var rows = services.GetRequiredService<AuthDbContext>().Clients.AsNoTracking();
        if (await rows.FirstOrDefaultAsync(c => c.ClientId == clientId) is not { } row)
        {
            return await Registrations.RefuseAsync($"There is no client \"{clientId}\". AuthServer clients list shows them.");
        }

        var setting = services.GetRequiredService<SecurityProfileOptions>().Default;
        var (client, fault) = ClientRowReader.Read(row, setting);
        if (client is null) return await Registrations.RefuseAsync($"{clientId} is not usable, {fault}");
        var metadata = ClientMetadataReader.ReadLeniently(client.Metadata);
        ImmutableArray<SecurityProfile> profiles = asked is { } one ? [one] : [.. Enum.GetValues<SecurityProfile>()];
        ImmutableArray<CheckedProfile> found = [.. profiles.Select(profile => CheckedProfile.Of(metadata, profile))];
        if (asJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new CheckedClient(clientId, SecurityProfiles.NameOf(client.Profile), client.ProfileFault, found),
                CheckedClients.Default.CheckedClient));
        }
        else Print(client, metadata, found);
        return asked is null ? client.ProfileFault is null ? ExitCodes.Done : ExitCodes.BadInput
            : found[0].Fits ? ExitCodes.Done : ExitCodes.BadInput;
    }

    private static void Print(RegisteredClient client, ClientMetadata metadata, ImmutableArray<CheckedProfile> found)
    {
        var own = SecurityProfiles.NameOf(client.Profile);
        Console.WriteLine(metadata.Profile is null
            ? $"{client.ClientId} names no security profile: SECURITY_PROFILE holds it to {own}."
            : $"{client.ClientId} names the security profile {own}.");
        if (client.ProfileFault is not null) Console.WriteLine("It does not fit, so its requests are refused.");
        foreach (var profile in found)
        {
            Console.WriteLine();
            Console.WriteLine(profile.Fits ? $"{profile.Profile}: fits" : $"{profile.Profile}: does not fit");
            foreach (var fault in profile.Faults) Console.WriteLine($"  {fault.Member} {fault.Message}");
            foreach (var change in profile.Changes) Console.WriteLine($"  the app then {change}");
        }
    }
}

/// <summary>A client as <c>clients check</c> prints it.</summary>
/// <param name="SecurityProfile">Its own, or that of the setting.</param>
/// <param name="Refused">Why its requests are refused; null: they are not.</param>
internal sealed record CheckedClient(
    string ClientId, string SecurityProfile, string? Refused, ImmutableArray<CheckedProfile> Profiles);

/// <param name="Changes">What the app has to do that the registration alone does not ask of it.</param>
internal sealed record CheckedProfile(string Profile, bool Fits, ImmutableArray<CheckedMember> Faults, ImmutableArray<string> Changes)
{
    public static CheckedProfile Of(ClientMetadata metadata, SecurityProfile profile)
    {
        ImmutableArray<CheckedMember> faults =
            [.. ProfileRules.FaultsOf(metadata, profile).Select(fault => new CheckedMember(fault.Path, fault.Message))];
        return new(SecurityProfiles.NameOf(profile), faults.IsEmpty, faults, [.. ProfileDemands.ChangesFor(metadata, profile)]);
    }
}

internal sealed record CheckedMember(string Member, string Message);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(CheckedClient))]
internal sealed partial class CheckedClients : JsonSerializerContext;
