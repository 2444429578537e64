using AuthServer.Clients.PublicKeys;

namespace AuthServer.Clients.Metadata;

/// <summary>What the client wants encrypted to its key; null: not encrypted.</summary>
public sealed record EncryptionMetadata
{
    /// <summary>ID tokens, and with them logout tokens (OpenID Connect Dynamic Client Registration 2, Back-Channel Logout 2.6).</summary>
    public EncryptedForm? IdToken { get; init; }

    /// <summary>OpenID Connect Dynamic Client Registration 2.</summary>
    public EncryptedForm? UserInfo { get; init; }

    /// <summary>RFC 9701 section 6.</summary>
    public EncryptedForm? Introspection { get; init; }

    /// <summary>JARM section 3.</summary>
    public EncryptedForm? Response { get; init; }

    /// <summary>The plain way has no key of a client to encrypt to.</summary>
    internal bool IsPlain => IdToken is null && UserInfo is null && Introspection is null && Response is null;
}

/// <summary>Reads <see cref="EncryptionMetadata"/>, and states its rules.</summary>
internal static class EncryptionRules
{
    private const string IdToken = "id_token", UserInfo = "userinfo", Introspection = "introspection", Response = "authorization";

    private static readonly (string Kind, Func<EncryptionMetadata, EncryptedForm?> Of)[] Kinds =
    [
        (IdToken, of => of.IdToken), (UserInfo, of => of.UserInfo), (Introspection, of => of.Introspection), (Response, of => of.Response),
    ];

    /// <summary>The members of a registration that are read here.</summary>
    public static readonly string[] Members = [.. Kinds.SelectMany(known => new[] { Key(known.Kind), Content(known.Kind) })];

    public static EncryptionMetadata Read(JsonMembers read) => new()
    {
        IdToken = Read(read, IdToken), UserInfo = Read(read, UserInfo), Introspection = Read(read, Introspection),
        Response = Read(read, Response),
    };

    public static void Check(ClientMetadata client, ICollection<MetadataProblem> problems)
    {
        foreach (var (kind, of) in Kinds)
        {
            if (of(client.Tokens.Encryption) is { } form) Check(client, kind, form, problems);
        }
    }

    private static void Check(ClientMetadata client, string kind, EncryptedForm form, ICollection<MetadataProblem> problems)
    {
        if (EncryptionAlgorithms.FaultOfKey(form.Key) is { } wrongKey) problems.Add(new(Key(kind), wrongKey));
        else if (EncryptionAlgorithms.FaultOfContent(form.Content) is { } wrongContent) problems.Add(new(Content(kind), wrongContent));
        else if (client is { Jwks: null, JwksUri: null })
        {
            problems.Add(new(Key(kind), "needs the client's public keys in jwks or jwks_uri"));
        }
        else if (client.Jwks is { } jwks && (ClientKeySet.Of(jwks) is not { } keys || Envelope.To(keys, form) is null))
        {
            problems.Add(new(Key(kind), EncryptionFaults.NoKey("jwks", form)));
        }
    }

    // OpenID Connect Dynamic Client Registration 2: enc alone means nothing, which a rule of its own cannot see any more.
    private static EncryptedForm? Read(JsonMembers read, string kind)
    {
        var (key, content) = (read.Text(Key(kind), 50), read.Text(Content(kind), 50));
        if (key is null && content is not null) read.Refuse(Content(kind), $"needs {Key(kind)} beside it");
        return key is null ? null : new(key, content ?? EncryptionAlgorithms.DefaultContent);
    }

    private static string Key(string kind) => kind + "_encrypted_response_alg";

    private static string Content(string kind) => kind + "_encrypted_response_enc";
}

/// <summary>What is missing, and what to do about it.</summary>
internal static class EncryptionFaults
{
    /// <param name="place">Where the keys of the client are: jwks or jwks_uri.</param>
    public static string NoKey(string place, EncryptedForm form) =>
        $"{place} of the client has no key that {form.Key} can be used with: publish a public key with \"use\": \"enc\", "
        + (EncryptionAlgorithms.IsOfRsa(form.Key) ? "of kty RSA" : "of kty EC, or OKP with X25519")
        + $", and without an alg or with \"alg\": \"{form.Key}\".";
}
