using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;

namespace AuthServer.Clients.Registration;

/// <summary>What the row of a client that has registered itself keeps beside the metadata.</summary>
/// <param name="TokenHash">Of the registration access token that is valid now.</param>
/// <param name="By">open, or the id of the initial access token.</param>
public sealed record RegistrationState(string TokenHash, DateTime RegisteredAt, string By)
{
    private const string HashMember = "token_hash", TimeMember = "registered_at", ByMember = "by";

    /// <returns>Null for a client that an operator has registered.</returns>
    public static RegistrationState? Read(string? properties) => ClientColumns.ReadRegistration(properties) is not { } json ? null : new(
        json.GetProperty(HashMember).GetString()!,
        DateTime.Parse(json.GetProperty(TimeMember).GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind),
        json.GetProperty(ByMember).GetString()!);

    public string Write(JsonObject metadata) => ClientColumns.WriteMetadata(metadata, new JsonObject
    {
        [HashMember] = TokenHash, [TimeMember] = RegisteredAt.ToString("O", CultureInfo.InvariantCulture), [ByMember] = By,
    });

    public bool IsOf(string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(token)), Encoding.ASCII.GetBytes(TokenHash));

    /// <summary>A token that nobody can guess: 256 random bits.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A fast hash is enough for random bits.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
