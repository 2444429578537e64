using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.Commands;

/// <summary>A key as the commands print it.</summary>
/// <param name="Since">When the state began.</param>
/// <param name="From">From when it is used.</param>
/// <param name="Until">From when it is refused; null while it is not to be retired.</param>
/// <param name="Opens">Whether a configured secret opens it.</param>
internal sealed record KeyLine(string Kid, string Alg, string State, string Since, string From, string? Until, bool Opens)
{
    public static KeyLine Of(RingKey key, DateTime now, bool opens = true)
    {
        var state = KeyLife.StateOf(key, now);
        var since = state switch { KeyState.Announced => key.CreatedAt, KeyState.Active => key.ActiveFrom, _ => key.RetiredAt!.Value };
        return new(
            key.Kid, key.Algorithm, state.ToString().ToLowerInvariant(), Text(since), Text(key.ActiveFrom),
            KeyLife.Until(key) is { } until ? Text(until) : null, opens);
    }

    public static void Print(IEnumerable<KeyLine> keys)
    {
        Console.WriteLine($"{"KID",-43}  {"ALG",-6}  {"STATE",-9}  {"SINCE",-20}  UNTIL");
        foreach (var key in keys)
        {
            var fault = key.Opens ? "" : "  does not open";
            Console.WriteLine($"{key.Kid,-43}  {key.Alg,-6}  {key.State,-9}  {key.Since,-20}  {key.Until ?? "-"}{fault}");
        }
    }

    private static string Text(DateTime utc) => utc.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

/// <summary>The outcome of <c>keys revoke</c>.</summary>
internal sealed record RevokedLine(string Revoked, string? InUse);

/// <summary>The outcome of <c>keys rewrap</c>.</summary>
/// <param name="FileUnderPreviousSecret">The embedded database file as a whole is still encrypted with SECRET_KEY_PREVIOUS.</param>
internal sealed record RewrapLine(int Rows, int Rewrapped, IReadOnlyList<string> Unopened, bool FileUnderPreviousSecret);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web, WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IEnumerable<KeyLine>))]
[JsonSerializable(typeof(RevokedLine))]
[JsonSerializable(typeof(RewrapLine))]
internal sealed partial class KeyJson : JsonSerializerContext;
