namespace AuthServer.Keys;

/// <summary>How a column keeps what is secret.</summary>
public enum Protection
{
    /// <summary>Comes back in clear: AES-256-GCM by <see cref="Sealing"/>, bound to its row and column.</summary>
    Sealed,

    /// <summary>Is only compared: a digest that nobody can turn back.</summary>
    Hashed,

    /// <summary>Its name sounds like a secret, and it is none.</summary>
    Public,
}

/// <param name="Column">Table and column.</param>
/// <param name="Reason">What seals or digests it, or why it may be read.</param>
public sealed record StoredSecret(string Column, Protection Protection, string Reason);

/// <summary>
/// Every column whose name sounds like a secret, and what protects it. A test walks the model: a new column of such a name needs a decision
/// here, and a value that is planted in a sealed one is found nowhere.
/// </summary>
public static class StoredSecrets
{
    public static IReadOnlyList<StoredSecret> All { get; } =
    [
        new("keys.sealed_key", Protection.Sealed, "RingKeys, under JWT_SECRET"),
        new("data_protection_keys.xml", Protection.Sealed, "DataProtectionSealing, under SECRET_KEY"),
        new("user_tokens.value", Protection.Sealed, "UserTokenSealing, under SECRET_KEY: the secrets of authenticator apps"),
        new("users.password_hash", Protection.Hashed, "Argon2id; another system's hash until the first sign-in"),
        new("mail_outbox.sealed_letter", Protection.Sealed, "LetterSealing, under SECRET_KEY"),
        new("clients.client_secret", Protection.Hashed, "HMAC-SHA-256 under SECRET_KEY; secrets that can be guessed are refused"),
        new("clients.properties", Protection.Hashed, "of a client that registered itself: SHA-256 of its registration access token"),
        new("tokens.reference_id", Protection.Hashed, "SHA-256 of codes, pushed requests and initial access tokens: 256 random bits each"),
        new("user_sessions.token_hash", Protection.Hashed, "SHA-256 of a handle with 256 random bits"),
        new("user_sessions.previous_token_hash", Protection.Hashed, "as token_hash"),
        new("recovery_codes.code_hash", Protection.Hashed, "SHA-256 of the account and a code with 80 random bits"),
        new("remembered_devices.token_hash", Protection.Hashed, "SHA-256 of a handle with 256 random bits"),
        new("idempotency_keys.fingerprint", Protection.Hashed, "HMAC-SHA-256 under a key of the ring"),
        new("account_proofs.code_hash", Protection.Hashed, "HMAC-SHA-256 under SECRET_KEY: six digits are soon guessed"),
        new("account_proofs.link_hash", Protection.Hashed, "HMAC-SHA-256 under SECRET_KEY, of 128 random bits"),
        new("account_proofs.password_hash", Protection.Hashed, "Argon2id"),
        new("pending_authorizations.secret_hash", Protection.Hashed, "SHA-256 of 256 random bits"),
        new("pending_authorizations.user_code_hash", Protection.Hashed, "HMAC-SHA-256 under SECRET_KEY: eight letters are soon guessed"),
        new("tokens.payload", Protection.Public,
            "what a code stands for: scopes, redirect URI, the challenge and not the verifier; pushed requests are sealed"),
        new("tokens.concurrency_token", Protection.Public, "tells versions of a row apart"),
        new("authorizations.concurrency_token", Protection.Public, "tells versions of a row apart"),
        new("clients.concurrency_token", Protection.Public, "tells versions of a row apart"),
        new("scopes.concurrency_token", Protection.Public, "tells versions of a row apart"),
        new("clients.json_web_key_set", Protection.Public, "public keys; private ones are refused"),
        new("resources.access_token_signed_response_alg", Protection.Public, "the name of an algorithm"),
        new("idempotency_keys.key_mark", Protection.Public, "the name of a key"),
        new("passkeys.public_key", Protection.Public, "the public half; the private one never leaves the authenticator"),
        new("users.email_key", Protection.Public, "the address, in the form that is compared"),
        new("user_logins.provider_key", Protection.Public, "the name of a person at another provider"),
    ];
}
