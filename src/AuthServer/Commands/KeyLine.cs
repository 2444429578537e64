using System.Text.Json;
using System.Text.Json.Serialization;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Keys;
using AuthServer.Keys.Outside;

namespace AuthServer.Commands;

/// <summary>A key as the commands print it.</summary>
/// <param name="State">announced, active or retired; published: a key of SIGNING_KEYS stands before it; unused: not even published.</param>
/// <param name="Source">Where it is: database, or an entry of SIGNING_KEYS.</param>
/// <param name="Since">When the state began; null for a key from outside, and one that stands behind such a key.</param>
/// <param name="From">From when it is used.</param>
/// <param name="Until">From when it is refused; null while it is not to be retired.</param>
/// <param name="Opens">Whether a configured secret opens it.</param>
internal sealed record KeyLine(
    string Kid, string Alg, string State, string Source, string? Since, string? From, string? Until, bool Opens)
{
    private const string Active = "active", Published = "published", Unused = "unused";

    public static KeyLine Of(RingKey key, DateTime now, bool opens = true)
    {
        var state = KeyLife.StateOf(key, now);
        var since = state switch { KeyState.Announced => key.CreatedAt, KeyState.Active => key.ActiveFrom, _ => key.RetiredAt!.Value };
        return new(
            key.Kid, key.Algorithm, state.ToString().ToLowerInvariant(), OutsideKeyOptions.Database, UtcText.Iso(since),
            UtcText.Iso(key.ActiveFrom), KeyLife.Until(key) is { } until ? UtcText.Iso(until) : null, opens);
    }

    /// <summary>A key of the ring beside those of SIGNING_KEYS.</summary>
    public KeyLine Beside(OutsideKeySet outside, RingSnapshot current)
    {
        if (outside.All.All(k => k.Key.Algorithm != Alg)) return this;
        if (!outside.WithDatabase) return this with { State = Unused, Since = null };
        return State == Active && current.Signer(Alg).Kid != Kid ? this with { State = Published, Since = null } : this;
    }

    public static KeyLine Of(OutsideKey key, RingSnapshot current) => new(
        key.Key.Kid, key.Key.Algorithm, current.Signer(key.Key.Algorithm).Kid == key.Key.Kid ? Active : Published, key.Source,
        Since: null, From: null, Until: null, Opens: true);

    public static void Print(IEnumerable<KeyLine> keys)
    {
        Console.WriteLine($"{"KID",-43}  {"ALG",-6}  {"STATE",-9}  {"SINCE",-20}  {"UNTIL",-20}  SOURCE");
        foreach (var key in keys)
        {
            var fault = key.Opens ? "" : "  does not open";
            Console.WriteLine(
                $"{key.Kid,-43}  {key.Alg,-6}  {key.State,-9}  {key.Since ?? "-",-20}  {key.Until ?? "-",-20}  {key.Source}{fault}");
        }
    }

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
