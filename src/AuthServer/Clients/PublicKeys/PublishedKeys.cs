using System.Text.Json;
using AuthServer.Outbound;

namespace AuthServer.Clients.PublicKeys;

/// <summary>Where the public keys of somebody else are: at an address (<c>jwks_uri</c>), or written down here (<c>jwks</c>).</summary>
/// <param name="Keys">Null where they are at an address, and for whoever has none.</param>
public readonly record struct KeyPlace(Uri? Address, ClientKeySet? Keys)
{
    /// <summary>Nobody stands for the address any more: it is asked no more, and what was fetched before serves for its time.</summary>
    public bool IsWithdrawn { get; init; }

    /// <summary>Reads the members <c>jwks</c> and <c>jwks_uri</c>.</summary>
    /// <returns>Null unless exactly one of them is there, and can be used.</returns>
    public static KeyPlace? Read(JsonElement json)
    {
        var keys = json.TryGetProperty("jwks", out var jwks) ? ClientKeySet.Of(jwks) : null;
        var address = Uri.TryCreate(SignedText.Text(json, "jwks_uri"), UriKind.Absolute, out var uri) ? uri : null;
        return (keys is null) == (address is null) || keys is { Keys.Count: 0 } ? null : new(address, keys);
    }
}

/// <summary>The keys of others: those that they publish are fetched, kept, and fetched again when a new one has been used.</summary>
/// <param name="failed">Told of an address from which no keys could be fetched, and why.</param>
public sealed class PublishedKeys(SafeHttp http, TimeProvider time, Action<Uri, string> failed)
{
    private readonly FetchedDocuments<ClientKeySet> _fetched = new(
        http, address => new(address) { MediaTypes = ["application/json", "application/jwk-set+json"] },
        answer => ClientKeySet.Parse(answer.Body), FetchLimits.Usual, time, failed);

    /// <summary>All keys as they are known.</summary>
    /// <returns>Null where there are none, and where they cannot be fetched.</returns>
    public async ValueTask<ClientKeySet?> OfAsync(KeyPlace place, CancellationToken cancellationToken) =>
        place.Address is not { } address ? place.Keys
        : place.IsWithdrawn ? _fetched.Kept(address) : (await _fetched.GetAsync(address, cancellationToken)).Document;

    /// <summary>All keys as they are now, where those that are known do not do; fetched at most once in a while.</summary>
    /// <inheritdoc cref="OfAsync"/>
    public async ValueTask<ClientKeySet?> OfAgainAsync(KeyPlace place, CancellationToken cancellationToken) =>
        place.Address is not { } address ? place.Keys
        : place.IsWithdrawn ? _fetched.Kept(address) : (await _fetched.GetAgainAsync(address, cancellationToken)).Document;

    /// <summary>Whether one of the keys has signed the text. Its algorithm is judged here, its content is not.</summary>
    public async ValueTask<bool> HaveSignedAsync(KeyPlace place, SignedText text, CancellationToken cancellationToken)
    {
        // No fetch for what can never be verified.
        if (!ClientSignatures.Algorithms.Contains(text.Algorithm)) return false;
        if (await OfAsync(place, cancellationToken) is not { } known) return false;
        if (known.Verifies(text)) return true;
        // A new key since: it has a name that is not known, or none at all.
        if (place.Address is null || (text.KeyId is not null && known.HasKeyFor(text))) return false;
        return await OfAgainAsync(place, cancellationToken) is { } now && now != known && now.Verifies(text);
    }
}
