using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Configuration;
using AuthServer.Email;
using AuthServer.Email.Delivery;
using AuthServer.Email.Transports;

namespace AuthServer.Commands;

/// <summary>Shows what mails wait or were given up, sends them once more, and tries out the way that they take.</summary>
public static class MailCommand
{
    private const string Json = "--json", All = "--all";

    // More than a person reads; --json is for programs, which get the same.
    private const int MostListed = 500;

    private static readonly CommandHelp ListHelp = new(
        "mail list", "mail list [--all] [--json]", "List the mails that wait or were given up",
        """
        The newest first, 500 at most. With --all also those that were sent in the last seven days. Times are UTC. What a mail says is not
        shown: it may hold a code.
        """);

    private static readonly CommandHelp RetryHelp = new(
        "mail retry", "mail retry (ID | --all) [--json]", "Send a mail that was given up once more",
        """
        --all takes all that were given up. Servers send them within seconds. A mail whose code has expired is left as it is: the person
        has to ask for a new one.
        """);

    private static readonly CommandHelp TestHelp = new("mail test", "mail test ADDRESS", "Send a test mail, and say what was answered",
        "It goes straight to the mail server or service, by the settings of this environment.");

    public static IReadOnlyList<CommandHelp> Helps { get; } = [ListHelp, RetryHelp, TestHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json, All);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["retry", .. var rest] => CommandLine.RunAsync(
            RetryHelp, rest, words: rest.Contains(All) ? 0 : 1, (words, options) => RetryAsync(words, options)),
        ["test", .. var rest] => CommandLine.RunAsync(TestHelp, rest, words: 1, (words, options) => TestAsync(words[0], options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> ListAsync(string[] options) => WithServicesAsync(options, async services =>
    {
        var seen = await services.GetRequiredService<OutboxView>()
            .ListAsync(options.Contains(All), MostListed, CancellationToken.None);
        var lines = seen.Select(MailLine.Of).ToList();
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, MailLines.Default.IReadOnlyListMailLine));
        else MailLine.Print(lines);
        return ExitCodes.Done;
    });

    private static async Task<int> RetryAsync(string[] words, string[] options)
    {
        Guid? id = null;
        if (words is [var word])
        {
            if (!Guid.TryParse(word, out var read))
            {
                await Console.Error.WriteLineAsync($"\"{word}\" is no id of a mail. AuthServer mail list shows them.");
                return ExitCodes.BadInput;
            }
            id = read;
        }

        return await WithServicesAsync(options, async services =>
        {
            var outcomes = await services.GetRequiredService<OutboxView>().RetryAsync(id, CancellationToken.None);
            var lines = outcomes.Select(o => new RetriedLine(o.Row.Id, o.Row.Kind, o.Refusal)).ToList();
            if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, MailLines.Default.IReadOnlyListRetriedLine));
            else
            {
                foreach (var line in lines) Console.WriteLine($"{line.Id}  {line.Kind,-24}  {line.Refusal ?? "is sent now"}");
                if (lines.Count == 0 && id is null) Console.WriteLine("No mail was given up.");
            }

            if (lines.Count == 0 && id is not null)
                await Console.Error.WriteLineAsync($"There is no mail {id}. AuthServer mail list shows them.");
            return (lines.Count == 0 && id is not null) || lines.Exists(l => l.Refusal is not null) ? ExitCodes.Failed : ExitCodes.Done;
        });
    }

    private static async Task<int> TestAsync(string address, string[] options)
    {
        if (!Mailbox.IsAddress(address))
        {
            await Console.Error.WriteLineAsync($"\"{address}\" is no address.");
            return ExitCodes.BadInput;
        }

        return await WithServicesAsync(options, async services =>
        {
            if (!services.GetRequiredService<MailSetup>().IsOn)
            {
                await Console.Error.WriteLineAsync("Mail is off: set SMTP_URL, or EMAIL_SERVICE, and EMAIL_FROM (docs/mail.md).");
                return ExitCodes.Configuration;
            }

            var trial = services.GetRequiredService<MailTrial>();
            var outcome = await trial.SendAsync(address, CancellationToken.None);
            if (outcome is SendOutcome.Sent)
            {
                Console.WriteLine($"{trial.Transport} has taken it: {outcome.Said}");
                return ExitCodes.Done;
            }

            await Console.Error.WriteLineAsync($"{trial.Transport} has not taken it: {outcome.Said}");
            return ExitCodes.Failed;
        });
    }

    private static Task<int> WithServicesAsync(string[] options, Func<IServiceProvider, Task<int>> run) =>
        CommandServices.RunAsync([.. options.Where(o => !Flags.Contains(o))], options.Contains(Json), run);
}

/// <summary>A mail as <c>mail list</c> prints it.</summary>
/// <param name="State">waiting, sent or failed.</param>
internal sealed record MailLine(
    Guid Id, string Kind, string? To, string State, int Attempts, string CreatedAt, string? NextAttemptAt, string? EndedAt,
    string? LastError)
{
    public static MailLine Of(SeenMail seen) => new(
        seen.Row.Id, seen.Row.Kind, seen.To, seen.Row.State.ToString().ToLowerInvariant(), seen.Row.Attempts,
        UtcText.Iso(seen.Row.CreatedAt), seen.Row.EndedAt is null ? UtcText.Iso(seen.Row.NextAttemptAt) : null,
        seen.Row.EndedAt is { } ended ? UtcText.Iso(ended) : null, seen.Row.LastError);

    public static void Print(IReadOnlyCollection<MailLine> mails)
    {
        Console.WriteLine($"{"ID",-36}  {"STATE",-7}  {"TRIED",5}  {"WRITTEN",-20}  {"KIND",-20}  TO");
        foreach (var mail in mails)
        {
            Console.WriteLine(
                $"{mail.Id}  {mail.State,-7}  {mail.Attempts,5}  {mail.CreatedAt,-20}  {mail.Kind,-20}  {mail.To ?? "does not open"}");
            if (mail.LastError is { } error) Console.WriteLine($"  {error}");
        }
    }
}

/// <summary>A mail as <c>mail retry</c> prints it.</summary>
/// <param name="Refusal">Why it is not sent; null: it is.</param>
internal sealed record RetriedLine(Guid Id, string Kind, string? Refusal);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(IReadOnlyList<MailLine>))]
[JsonSerializable(typeof(IReadOnlyList<RetriedLine>))]
internal sealed partial class MailLines : JsonSerializerContext;
