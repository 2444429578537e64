using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Data.Connection;
using AuthServer.Data.Entities;
using AuthServer.Data.Starting;
using AuthServer.Hosting;
using AuthServer.Hosting.Configuring;
using AuthServer.Keys;

namespace AuthServer.Commands;

/// <summary>Lists and changes the keys of running servers.</summary>
public static class KeysCommand
{
    private const string Now = "--now", Json = "--json", Kid = "--kid=";

    private static readonly CommandHelp RotateHelp = new(
        "keys rotate", "keys rotate --now", "Publish new keys, and use them fifteen seconds later",
        "Running servers follow by themselves. Tokens of the former signing keys are accepted until they expire, refresh tokens for 30 days at most.");

    private static readonly CommandHelp ListHelp = new(
        "keys list", "keys list [--json]", "List the keys", "Times are UTC. UNTIL is when a retired key is refused.");

    private static readonly CommandHelp RevokeHelp = new("keys revoke", "keys revoke KID [--yes]", "Refuse a key within seconds",
        """
        Says what is lost and asks first; --yes is for scripts. The next key is used at once.
        A KID that begins with "-" is written as --kid=KID, or after "--".
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [RotateHelp, ListHelp, RevokeHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Now, Confirmation.Yes, Json);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["rotate", .. var rest] => CommandLine.RunAsync(
            RotateHelp, rest, words: 0, (_, options) => options.Contains(Now) ? RotateAsync(options) : UsageAsync()),
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["revoke", .. var rest] => CommandLine.RunAsync(
            RevokeHelp, KidLast(rest), words: 1, (words, options) => RevokeAsync(words[0], options)),
        ["--help" or "-h", ..] => HelpAsync(),
        _ => UsageAsync(),
    };

    private static Task<int> RotateAsync(string[] options) => WithKeysAsync(options, Console.Out, async rotation =>
    {
        var made = await rotation.RotateNowAsync(CancellationToken.None);
        Console.WriteLine($"Published: {string.Join(", ", made)}");
        return ExitCodes.Done;
    });

    private static Task<int> ListAsync(string[] options)
    {
        var json = options.Contains(Json);
        return WithKeysAsync(options, json ? Console.Error : Console.Out, async rotation =>
        {
            var (now, keys) = (TimeProvider.System.GetUtcNow().UtcDateTime, await rotation.ListAsync(CancellationToken.None));
            var lines = keys.Select(k => KeyLine.Of(k, now));
            if (json) Console.WriteLine(JsonSerializer.Serialize(lines, KeyLines.Default.IEnumerableKeyLine));
            else Print(lines);
            return ExitCodes.Done;
        });
    }

    private static Task<int> RevokeAsync(string kid, string[] options) => WithKeysAsync(options, Console.Out, async rotation =>
    {
        var keys = await rotation.ListAsync(CancellationToken.None);
        if (keys.Find(k => k.Kid == kid) is not { } key)
        {
            await Console.Error.WriteLineAsync($"There is no key \"{kid}\". AuthServer keys list shows them.");
            return ExitCodes.BadInput;
        }

        var state = KeyLine.Of(key, TimeProvider.System.GetUtcNow().UtcDateTime).State;
        Console.WriteLine($"{key.Kid} ({key.Algorithm}, {state}): {LossOf(key.Algorithm)}");
        if (!Confirmation.IsGiven(options, "Revoke it?")) return ExitCodes.Usage;
        var next = await rotation.RevokeAsync(kid, CancellationToken.None);
        Console.WriteLine($"Revoked: {kid}");
        Console.WriteLine($"In use: {next}");
        return ExitCodes.Done;
    });

    private static string LossOf(string algorithm) => algorithm switch
    {
        RingKeys.Es256 => "access tokens that it signed are refused, also by resource servers once they read the keys again. " +
            "Apps get new ones with their refresh tokens.",
        RingKeys.Rs256 => "ID tokens that it signed no longer verify. Nobody is signed out.",
        RingKeys.Refresh => "refresh tokens made with it are refused, and the people who use those apps sign in again.",
        _ => "authorization codes on their way are refused, and those sign-ins begin again.",
    };

    private static void Print(IEnumerable<KeyLine> keys)
    {
        Console.WriteLine($"{"KID",-43}  {"ALG",-6}  {"STATE",-9}  {"SINCE",-20}  UNTIL");
        foreach (var key in keys) Console.WriteLine($"{key.Kid,-43}  {key.Alg,-6}  {key.State,-9}  {key.Since,-20}  {key.Until ?? "-"}");
    }

    private static async Task<int> WithKeysAsync(string[] options, TextWriter notes, Func<KeyRotation, Task<int>> run)
    {
        await using var app = WebHost.Build([.. options.Where(o => !Flags.Contains(o))], HostPurpose.Command);
        await notes.WriteLineAsync(
            "Database: " + app.Services.GetRequiredService<DatabaseOptions>().Describe(app.Services.GetRequiredService<DataDirectory>()));
        await app.Services.GetRequiredService<DatabaseStartup>().RequireCurrentAsync(CancellationToken.None);
        await using var scope = app.Services.CreateAsyncScope();
        return await run(scope.ServiceProvider.GetRequiredService<KeyRotation>());
    }

    // --kid=KID as the word after "--".
    private static string[] KidLast(string[] args) => Array.FindLast(args, a => a.StartsWith(Kid, StringComparison.Ordinal)) is { } named
        ? [.. args.Where(a => a != named), "--", named[Kid.Length..]]
        : args;

    private static Task<int> HelpAsync()
    {
        foreach (var help in Helps) help.Print(Console.Out);
        return Task.FromResult(ExitCodes.Done);
    }

    private static Task<int> UsageAsync()
    {
        foreach (var help in Helps) help.Print(Console.Error);
        return Task.FromResult(ExitCodes.Usage);
    }
}

/// <summary>A key as <c>keys list</c> prints it.</summary>
internal sealed record KeyLine(string Kid, string Alg, string State, string Since, string? Until)
{
    public static KeyLine Of(RingKey key, DateTime now)
    {
        var state = KeyLife.StateOf(key, now);
        var since = state switch { KeyState.Announced => key.CreatedAt, KeyState.Active => key.ActiveFrom, _ => key.RetiredAt!.Value };
        return new(
            key.Kid, key.Algorithm, state.ToString().ToLowerInvariant(), Text(since), KeyLife.Until(key) is { } until ? Text(until) : null);
    }

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

[System.Text.Json.Serialization.JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[System.Text.Json.Serialization.JsonSerializable(typeof(IEnumerable<KeyLine>))]
internal sealed partial class KeyLines : System.Text.Json.Serialization.JsonSerializerContext;
