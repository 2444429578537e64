using System.Buffers.Text;
using System.Globalization;
using System.Text.RegularExpressions;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.EmailAddresses;

namespace AuthServer.Api.Users;

/// <summary>The query of GET /v1/users, read as strictly as a body: what is unknown, repeated or malformed is refused by name.</summary>
internal sealed partial record UserQuery(UserFilter Filter, Guid? After, int Limit)
{
    public const string Cursor = "cursor";
    public const int DefaultLimit = 50;
    public const int MostLimit = 200;

    private const byte CursorVersion = 1;
    private const int CursorSize = 17;

    public static (UserQuery? Query, Problem? Problem) Read(IQueryCollection parameters)
    {
        var query = new UserQuery(new(null, null, null), null, DefaultLimit);
        foreach (var (name, values) in parameters)
        {
            if (values is not [{ } text]) return Wrong(name, "stands more than once.");
            switch (name)
            {
                case "limit" when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
                    && limit is >= 1 and <= MostLimit:
                    query = query with { Limit = limit };
                    break;
                case Cursor when ReadCursor(text) is { } after:
                    query = query with { After = after };
                    break;
                case "email" when text.Length is > 0 and <= EmailAddress.MaxLength && !text.Contains('\0', StringComparison.Ordinal):
                    query = query with { Filter = query.Filter with { EmailPrefix = text } };
                    break;
                case "created_after" when ReadTime(text) is { } time:
                    query = query with { Filter = query.Filter with { CreatedAfter = time } };
                    break;
                case "created_before" when ReadTime(text) is { } time:
                    query = query with { Filter = query.Filter with { CreatedBefore = time } };
                    break;
                default:
                    return Wrong(name, Expectation(name));
            }
        }

        return (query, null);
    }

    public static string CursorAfter(Guid last)
    {
        Span<byte> bytes = stackalloc byte[CursorSize];
        bytes[0] = CursorVersion;
        last.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        return Base64Url.EncodeToString(bytes);
    }

    private static (UserQuery?, Problem?) Wrong(string name, string wrong) => (null, Problem.BadRequest(name, wrong));

    private static string Expectation(string name) => name switch
    {
        "limit" => $"must be a whole number from 1 to {MostLimit}.",
        Cursor => "must be the cursor of a Link header.",
        "email" => "must be the beginning of an e-mail address.",
        "created_after" or "created_before" => "must be a time such as 2026-01-31T08:00:00Z (RFC 3339; a plus sign is written %2B).",
        _ => "is not a parameter of this request.",
    };

    private static Guid? ReadCursor(string text)
    {
        Span<byte> bytes = stackalloc byte[32];
        return text.Length <= 32 && Base64Url.IsValid(text) && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == CursorSize && bytes[0] == CursorVersion ? new Guid(bytes.Slice(1, 16), bigEndian: true) : null;
    }

    private static DateTime? ReadTime(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var time)
            ? time.UtcDateTime
            : null;

    [GeneratedRegex(@"\A\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,7})?([Zz]|[+-]\d\d:\d\d)\z", RegexOptions.CultureInvariant)]
    private static partial Regex Rfc3339();
}
