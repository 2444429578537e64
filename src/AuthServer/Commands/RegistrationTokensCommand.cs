using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Audit;
using AuthServer.Clients.Registration;
using AuthServer.Configuration;

namespace AuthServer.Commands;

/// <summary>Makes, lists and revokes the tokens with which clients may register themselves.</summary>
public static class RegistrationTokensCommand
{
    private const string Json = "--json", Uses = "--uses", Life = "--for", Note = "--note";

    private static readonly CommandHelp CreateHelp = new(
        "registration-tokens create", "registration-tokens create [--uses N] [--for DURATION] [--note TEXT] [--json]",
        "Make a token that lets clients register themselves",
        """
        The token is printed once: only its hash is stored. It registers N clients (1 unless given) within DURATION (90m, 24h, 7d; 7d unless
        given). Servers take it where CLIENT_REGISTRATION is token or open.
        """);

    private static readonly CommandHelp ListHelp = new(
        "registration-tokens list", "registration-tokens list [--json]",
        "List the tokens that are valid, and how many clients they can register",
        "Times are UTC.");

    private static readonly CommandHelp RevokeHelp = new(
        "registration-tokens revoke", "registration-tokens revoke ID", "Revoke a token", "Clients that it has registered stay.");

    public static IReadOnlyList<CommandHelp> Helps { get; } = [CreateHelp, ListHelp, RevokeHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["create", .. var rest] => CreateAsync(rest),
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["revoke", .. var rest] => CommandLine.RunAsync(RevokeHelp, rest, words: 1, (words, options) => RevokeAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> CreateAsync(string[] args)
    {
        var (uses, life) = (CommandLine.TakeValue(ref args, Uses) ?? "1", CommandLine.TakeValue(ref args, Life));
        var note = ForeignText.Clean(CommandLine.TakeValue(ref args, Note), InitialTokens.LongestNote);
        return CommandLine.RunAsync(CreateHelp, args, words: 0, async (_, options) =>
        {
            var time = life is null ? InitialTokens.UsualLife : SettingText.Duration(life);
            if (!int.TryParse(uses, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count is < 1 or > InitialTokens.MostUses
                || time is not { } span || span <= TimeSpan.Zero || span > InitialTokens.LongestLife)
            {
                await Console.Error.WriteLineAsync(
                    $"{Uses} is a number from 1 to {InitialTokens.MostUses}, {Life} a duration of at most "
                        + $"{InitialTokens.LongestLife.TotalDays} days.");
                return ExitCodes.BadInput;
            }

            return await WithTokensAsync(options, async tokens =>
            {
                var (token, text) = await tokens.CreateAsync(count, span, note, Caller.System, actor: null, CancellationToken.None);
                var line = InitialTokenLine.Of(token) with { Token = text };
                if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(line, InitialTokenLines.Default.InitialTokenLine));
                else
                {
                    Console.WriteLine($"Token: {text}");
                    Console.WriteLine($"It registers {count} client(s) until {line.ExpiresAt}. It is shown this once.");
                    Console.WriteLine($"Its id, by which it is revoked: {token.Id}");
                }

                return ExitCodes.Done;
            });
        });
    }

    private static Task<int> ListAsync(string[] options) => WithTokensAsync(options, async tokens =>
    {
        var lines = (await tokens.ListAsync(CancellationToken.None)).Select(InitialTokenLine.Of).ToList();
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, InitialTokenLines.Default.ListInitialTokenLine));
        else
        {
            Console.WriteLine($"{"ID",-36}  {"LEFT",5}  {"VALID UNTIL",-20}  NOTE");
            foreach (var line in lines) Console.WriteLine($"{line.Id}  {line.Left,5}  {line.ExpiresAt,-20}  {line.Note}");
        }

        return ExitCodes.Done;
    });

    private static async Task<int> RevokeAsync(string word, string[] options)
    {
        if (!Guid.TryParse(word, out var id))
        {
            await Console.Error.WriteLineAsync($"\"{word}\" is no id. AuthServer registration-tokens list shows them.");
            return ExitCodes.BadInput;
        }

        return await WithTokensAsync(options, async tokens =>
        {
            if (!await tokens.RevokeAsync(id, Caller.System, actor: null, CancellationToken.None))
            {
                return await Registrations.RefuseAsync($"There is no token {id}. AuthServer registration-tokens list shows them.");
            }
            Console.WriteLine($"Revoked: {id}");
            return ExitCodes.Done;
        });
    }

    private static Task<int> WithTokensAsync(string[] options, Func<InitialTokens, Task<int>> run) => CommandServices.RunAsync(
        [.. options.Where(o => !Flags.Contains(o))], options.Contains(Json), services => run(services.GetRequiredService<InitialTokens>()));
}

/// <summary>A token as <c>registration-tokens list</c> prints it.</summary>
/// <param name="Token">The token itself, when it was made just now.</param>
internal sealed record InitialTokenLine(Guid Id, int Left, string CreatedAt, string ExpiresAt, string? Note, string? Token)
{
    public static InitialTokenLine Of(InitialToken token) => new(
        token.Id, token.Left, UtcText.Iso(token.CreatedAt), UtcText.Iso(token.ExpiresAt), token.Note, Token: null);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(InitialTokenLine))]
[JsonSerializable(typeof(List<InitialTokenLine>))]
internal sealed partial class InitialTokenLines : JsonSerializerContext;
