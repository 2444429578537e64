using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace AuthServer.Clients.PublicKeys;

/// <summary>The public keys of a client (RFC 7517 section 5), in its registration or where its <c>jwks_uri</c> points.</summary>
public sealed class ClientKeySet
{
    // Each key without a name is tried.
    private const int MostKeys = 32;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private ClientKeySet(IReadOnlyList<ClientKey> keys) => Keys = keys;

    public IReadOnlyList<ClientKey> Keys { get; }

    /// <returns>Null for what is no key set. Keys of kinds that this server does not know are left out (RFC 7517 section 5).</returns>
    public static ClientKeySet? Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return Of(JsonElement.Parse(json.Span, Strict));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="Parse"/>
    public static ClientKeySet? Of(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            return null;
        }
        return new([.. keys.EnumerateArray().Select(ClientKey.Read).OfType<ClientKey>().Take(MostKeys)]);
    }

    /// <summary>Whether the certificate, letter for letter, is that of a key of the set.</summary>
    public bool Has(X509Certificate2 certificate) =>
        Keys.Any(key => key.Certificate is { } known && known.AsSpan().SequenceEqual(certificate.RawDataMemory.Span));

    /// <summary>Whether the set has a key that the text can be signed with, as far as names tell.</summary>
    public bool HasKeyFor(SignedText text) => Keys.Any(key => key.MayHaveSigned(text));

    /// <summary>The keys that texts may be encrypted to, those that are for nothing else first.</summary>
    internal IEnumerable<ClientKey> ForEncryption(string algorithm) =>
        Keys.Where(key => key.MayEncrypt(algorithm)).OrderBy(key => key.Use is null);

    /// <summary>Whether a key of the set has signed the text. Its algorithm is judged here, its content is not.</summary>
    public bool Verifies(SignedText text) => ClientSignatures.Algorithms.Contains(text.Algorithm)
        && Keys.Any(key => key.MayHaveSigned(text) && ClientSignatures.IsVerified(key.Json, text));
}
