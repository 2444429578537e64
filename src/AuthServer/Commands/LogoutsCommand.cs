using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Protocol.BackchannelLogout;

namespace AuthServer.Commands;

/// <summary>Shows which clients could not be told of the end of sessions, and tells them once more.</summary>
public static class LogoutsCommand
{
    private const string Json = "--json", All = "--all";

    // More than a person reads; --json is for programs, which get the same.
    private const int MostListed = 500;

    private static readonly CommandHelp ListHelp = new(
        "logouts list", "logouts list [--json]", "List the ends of sessions that clients are still to be told of",
        """
        Those that wait, and those that were given up in the last seven days; the newest first, 500 at most. Times are UTC. What a
        client has taken is in the log and in the metrics alone.
        """);

    private static readonly CommandHelp RetryHelp = new(
        "logouts retry", "logouts retry (ID | --all) [--json]", "Tell a client once more of the end of a session",
        "--all takes all that were given up. Servers send them within a minute.");

    public static IReadOnlyList<CommandHelp> Helps { get; } = [ListHelp, RetryHelp];

    /// <summary>Options without a value.</summary>
    public static FrozenSet<string> Flags { get; } = FrozenSet.Create(StringComparer.Ordinal, Json, All);

    public static Task<int> RunAsync(string[] args) => args switch
    {
        ["list", .. var rest] => CommandLine.RunAsync(ListHelp, rest, words: 0, (_, options) => ListAsync(options)),
        ["retry", .. var rest] => CommandLine.RunAsync(
            RetryHelp, rest, words: rest.Contains(All) ? 0 : 1, (words, options) => RetryAsync(words, options)),
        _ => CommandLine.AnswerGroup(Helps, args),
    };

    private static Task<int> ListAsync(string[] options) => WithServicesAsync(options, async view =>
    {
        var lines = (await view.ListAsync(MostListed, CancellationToken.None)).ConvertAll(LogoutLine.Of);
        if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(lines, LogoutLines.Default.ListLogoutLine));
        else LogoutLine.Print(lines);
        return ExitCodes.Done;
    });

    private static async Task<int> RetryAsync(string[] words, string[] options)
    {
        Guid? id = null;
        if (words is [var word])
        {
            if (!Guid.TryParse(word, out var read))
            {
                await Console.Error.WriteLineAsync($"\"{word}\" is no id. AuthServer logouts list shows them.");
                return ExitCodes.BadInput;
            }
            id = read;
        }

        return await WithServicesAsync(options, async view =>
        {
            var count = await view.RetryAsync(id, CancellationToken.None);
            if (options.Contains(Json)) Console.WriteLine(JsonSerializer.Serialize(new(count), LogoutLines.Default.RetriedLogouts));
            else if (count > 0 || id is null) Console.WriteLine(count == 0 ? "None was given up." : $"Sent once more: {count}");
            if (count > 0 || id is null) return ExitCodes.Done;
            await Console.Error.WriteLineAsync($"{id} was not given up. AuthServer logouts list shows what was.");
            return ExitCodes.Failed;
        });
    }

    private static Task<int> WithServicesAsync(string[] options, Func<LogoutNoticeView, Task<int>> run) => CommandServices.RunAsync(
        [.. options.Where(o => !Flags.Contains(o))], options.Contains(Json),
        services => run(services.GetRequiredService<LogoutNoticeView>()));
}

/// <summary>A notice as <c>logouts list</c> prints it.</summary>
/// <param name="State">waiting or failed.</param>
internal sealed record LogoutLine(
    Guid Id, string ClientId, Guid SessionId, string LogoutUri, string State, int Attempts, string CreatedAt, string? NextAttemptAt,
    string? EndedAt, string? LastError)
{
    public static LogoutLine Of(LogoutNotice notice) => new(
        notice.Id, notice.ClientId, notice.SessionId, notice.LogoutUri, notice.State.ToString().ToLowerInvariant(), notice.Attempts,
        UtcText.Iso(notice.CreatedAt), notice.EndedAt is null ? UtcText.Iso(notice.NextAttemptAt) : null,
        notice.EndedAt is { } ended ? UtcText.Iso(ended) : null, notice.LastError);

    public static void Print(IReadOnlyCollection<LogoutLine> notices)
    {
        Console.WriteLine($"{"ID",-36}  {"STATE",-7}  {"TRIED",5}  {"ENDED",-20}  CLIENT");
        foreach (var notice in notices)
        {
            Console.WriteLine($"{notice.Id}  {notice.State,-7}  {notice.Attempts,5}  {notice.CreatedAt,-20}  {notice.ClientId}");
            if (notice.LastError is { } error) Console.WriteLine($"  {error}");
        }
    }
}

/// <summary>What <c>logouts retry</c> has done.</summary>
internal sealed record RetriedLogouts(int Count);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(List<LogoutLine>))]
[JsonSerializable(typeof(RetriedLogouts))]
internal sealed partial class LogoutLines : JsonSerializerContext;
