using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Clients.Directory;

namespace AuthServer.Clients.Registration;

/// <summary>What the row of a client that has registered itself keeps beside the metadata.</summary>
/// <param name="TokenHash">Of the registration access token that is valid now.</param>
/// <param name="By">open, or the id of the initial access token.</param>
public sealed record RegistrationState(string TokenHash, DateTime RegisteredAt, string By)
{
    /// <summary>Nobody has let it in.</summary>
    public const string Open = Vouching.Nobody;

    /// <summary>Stands in the column of a client that nobody has let in.</summary>
    public const string OpenMark = "\"" + ByMember + "\":\"" + Open + "\"";

    /// <summary>Stands in the column of a client whose use was noted.</summary>
    public const string UsedMark = "\"" + UsedMember + "\":";

    /// <summary>From the mark to the end of the time, which sorts as a text.</summary>
    public const int UsedLength = 40;

    private const string HashMember = "token_hash", TimeMember = "registered_at", ByMember = Vouching.ByMember, UsedMember = "used_at",
        StatementMember = Vouching.StatementMember;

    /// <summary>When a session or a code of it was seen last, in UTC; null: none was.</summary>
    public DateTime? UsedAt { get; init; }

    /// <summary>The software statement that it rests on (RFC 7591 section 2.3); null: none.</summary>
    public string? Statement { get; init; }

    /// <returns>Null for a client that an operator has registered.</returns>
    public static RegistrationState? Read(string? properties) => ClientColumns.ReadRegistration(properties) is not { } json ? null : new(
        json.GetProperty(HashMember).GetString()!, TimeOf(json.GetProperty(TimeMember)), json.GetProperty(ByMember).GetString()!)
    {
        UsedAt = json.TryGetProperty(UsedMember, out var used) ? TimeOf(used) : null,
        Statement = json.TryGetProperty(StatementMember, out var statement) ? statement.GetString() : null,
    };

    public string Write(JsonObject metadata)
    {
        var registration = new JsonObject { [HashMember] = TokenHash, [TimeMember] = TextOf(RegisteredAt), [ByMember] = By };
        if (UsedAt is { } used) registration[UsedMember] = TextOf(used);
        if (Statement is not null) registration[StatementMember] = Statement;
        return ClientColumns.WriteMetadata(metadata, registration);
    }

    public bool IsOf(string token) =>
        CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(HashOf(token)), Encoding.ASCII.GetBytes(TokenHash));

    private static DateTime TimeOf(JsonElement text) =>
        DateTime.Parse(text.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind);

    private static string TextOf(DateTime time) => time.ToString("O", CultureInfo.InvariantCulture);

    /// <summary>A token that nobody can guess: 256 random bits.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>A fast hash is enough for random bits.</summary>
    public static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));
}
