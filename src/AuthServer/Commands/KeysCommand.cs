using System.Collections.Frozen;
using System.Text.Json;
using AuthServer.Configuration;
using AuthServer.Data.Encryption;
using AuthServer.Keys;
using AuthServer.Keys.Outside;

namespace AuthServer.Commands;

/// <summary>Lists and changes the keys of running servers.</summary>
public static class KeysCommand
{
    private const string Now = "--now", Json = "--json", Kid = "--kid=";

    private static readonly CommandHelp RotateHelp = new(
        "keys rotate", "keys rotate [--now] [--json]", "Publish new keys, and use them a day later",
        """
        A day is for resource servers that keep a copy of the keys; with --now it is fifteen seconds, or none for a key that was announced
        before. Running servers follow by themselves, and announce new keys every 90 days anyway (KEY_ROTATION_INTERVAL). Tokens of the
        former signing keys are accepted until they expire, refresh tokens for 30 days at most.
        """);

    private static readonly CommandHelp ListHelp = new(
        "keys list", "keys list [--json]", "List the keys", """
        Times are UTC. UNTIL is when a retired key is refused. SOURCE is database, or an entry of SIGNING_KEYS. A published key
        verifies, and another one before it in SIGNING_KEYS signs; an unused one does neither.
        """);

    private static readonly CommandHelp RewrapHelp = new(
        "keys rewrap", "keys rewrap [--json]", "Seal under the current secrets what the previous ones have sealed",
        """
        To change a secret: give all servers the new JWT_SECRET or SECRET_KEY, and the former one as JWT_SECRET_PREVIOUS or
        SECRET_KEY_PREVIOUS; rewrap; then remove the previous one. It may run beside servers, be stopped, and run again. The digest of a
        client's secret moves when the client next authenticates, or with clients secret rotate: clients list shows which are left.
        """);

    private static readonly CommandHelp RevokeHelp = new("keys revoke", "keys revoke KID [--yes] [--json]", "Refuse a key within seconds",
        """
        Says what is lost and asks first; --yes is for scripts. The next key is used at once.
        A KID that begins with "-" is written as --kid=KID, or after "--".
        """);

    public static IReadOnlyList<CommandHelp> Helps { get; } = [RotateHelp, ListHelp, RevokeHelp, RewrapHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Now, Confirmation.Yes, Json);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["rotate", .. var rest] => CommandLine.RunAsync(
            RotateHelp, rest, words: 0, (_, options) => RotateAsync(options)),
        ["rewrap", .. var rest] => CommandLine.RunAsync(RewrapHelp, rest, words: 0, (_, options) => RewrapAsync(options)),
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["revoke", .. var rest] => CommandLine.RunAsync(
            RevokeHelp, KidLast(rest), words: 1, (words, options) => RevokeAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> RotateAsync(string[] options) => WithKeysAsync(options, async services =>
    {
        var notice = options.Contains(Now) ? KeyLife.Announcement : KeyLife.Notice;
        var ring = services.GetRequiredService<KeyRing>();
        var next = await services.GetRequiredService<KeyRotation>().RotateAsync(notice, CancellationToken.None);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var outside = services.GetRequiredService<OutsideKeys>().Current;
        foreach (var key in outside.All.DistinctBy(k => k.Key.Algorithm))
        {
            await Console.Error.WriteLineAsync($"{key.Key.Algorithm}: SIGNING_KEYS names {key.Source}. No command replaces such a key: "
                + "put the next one into SIGNING_KEYS on every server (docs/keys.md).");
        }

        var lines = next.Select(key => KeyLine.Of(key, now).Beside(outside, ring.Current)).Where(line => line.State != "unused");
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, KeyJson.Default.IEnumerableKeyLine));
        else foreach (var line in lines) Console.WriteLine($"Published: {line.Kid} ({line.Alg}), in use from {line.From}");
        return ExitCodes.Done;
    });

    private static Task<int> ListAsync(string[] options) => WithKeysAsync(options, async services =>
    {
        var (keys, unopened) = await services.GetRequiredService<KeyRotation>().ListAsync(CancellationToken.None);
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime;
        var (outside, current) = (services.GetRequiredService<OutsideKeys>().Current, services.GetRequiredService<KeyRing>().Current);
        var lines = outside.All.Select(key => KeyLine.Of(key, current)).Concat(
            keys.Select(key => KeyLine.Of(key, now, opens: !unopened.Contains(key.Kid)).Beside(outside, current)));
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, KeyJson.Default.IEnumerableKeyLine));
        else KeyLine.Print(lines);
        return ExitCodes.Done;
    });

    private static Task<int> RevokeAsync(string kid, string[] options) => WithKeysAsync(options, async services =>
    {
        var rotation = services.GetRequiredService<KeyRotation>();
        var (keys, _) = await rotation.ListAsync(CancellationToken.None);
        if (services.GetRequiredService<OutsideKeys>().Current.All.FirstOrDefault(k => k.Key.Kid == kid) is { } outside)
        {
            await Console.Error.WriteLineAsync($"Nothing was changed. This key is not in the database, but in {outside.Source}. "
                + "Take it away there, or out of SIGNING_KEYS, on every server: "
                + "those that run follow their files within seconds (docs/keys.md).");
            return ExitCodes.BadInput;
        }

        if (keys.Find(k => k.Kid == kid) is not { } key)
        {
            await Console.Error.WriteLineAsync($"There is no key \"{kid}\". AuthServer keys list shows them.");
            return ExitCodes.BadInput;
        }

        var state = KeyLine.Of(key, services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime).State;
        await NotesOf(options).WriteLineAsync($"{key.Kid} ({key.Algorithm}, {state}): {LossOf(key.Algorithm)}");
        if (!Confirmation.IsGiven(options, "Revoke it?")) return ExitCodes.Usage;
        var next = await rotation.RevokeAsync(kid, CancellationToken.None);
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(new(kid, next), KeyJson.Default.RevokedLine));
        else
        {
            Console.WriteLine($"Revoked: {kid}");
            Console.WriteLine($"In use: {next}");
        }

        return ExitCodes.Done;
    });

    private static Task<int> RewrapAsync(string[] options) => WithKeysAsync(options, async services =>
    {
        var onTerminal = !Console.IsErrorRedirected;
        var end = await services.GetRequiredService<Rewrap>().RunAsync(
            progress =>
            {
                if (onTerminal) Console.Error.Write($"\r{progress.Done} of {progress.Rows}");
            },
            CancellationToken.None);
        if (onTerminal) await Console.Error.WriteLineAsync();
        foreach (var row in end.Unopened)
        {
            await Console.Error.WriteLineAsync($"No configured secret opens {row}. Nothing was changed in it.");
        }

        var file = services.GetService<EmbeddedFile>();
        var isFileLeft = file?.State() == FileState.Previous;
        if (isFileLeft)
        {
            await Console.Error.WriteLineAsync(
                $"{file!.Path} is still encrypted with SECRET_KEY_PREVIOUS. The next start of the server changes that, or db rekey.");
        }

        if (options.Contains(Json))
        {
            var line = new RewrapLine(end.Rows, end.Rewrapped, end.Unopened, isFileLeft);
            Console.WriteLine(JsonSerializer.Serialize(line, KeyJson.Default.RewrapLine));
        }
        else Console.WriteLine($"Rewrapped: {end.Rewrapped} of {end.Rows}");
        return end.Unopened.Count == 0 ? ExitCodes.Done : ExitCodes.BadInput;
    });

    private static string LossOf(string algorithm) => algorithm switch
    {
        RingKeys.Es256 => "access tokens that it signed are refused, also by resource servers once they read the keys again. " +
            "Apps get new ones with their refresh tokens.",
        RingKeys.Rs256 => "ID tokens that it signed no longer verify. Nobody is signed out.",
        RingKeys.Refresh => "refresh tokens made with it are refused, and the people who use those apps sign in again.",
        _ => "authorization codes on their way are refused, and those sign-ins begin again.",
    };

    // With --json the standard output is JSON alone.
    private static TextWriter NotesOf(string[] options) => options.Contains(Json) ? Console.Error : Console.Out;

    private static Task<int> WithKeysAsync(string[] options, Func<IServiceProvider, Task<int>> run) =>
        CommandServices.RunAsync([.. options.Where(o => !Flags.Contains(o))], quiet: options.Contains(Json), run);

    // --kid=KID as the word after "--".
    private static string[] KidLast(string[] args) => Array.FindLast(args, a => a.StartsWith(Kid, StringComparison.Ordinal)) is { } named
        ? [.. args.Where(a => a != named), "--", named[Kid.Length..]]
        : args;
}
