using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.Configuration;

namespace AuthServer.Accounts;

/// <summary>Remembers for which accounts this browser is not to be asked about a passkey, and until when.</summary>
/// <remarks>Not sealed: whoever changes it changes only whether they see the question.</remarks>
public sealed class PasskeyOfferCookie(IssuerOptions issuer, TimeProvider time)
{
    /// <summary>How long "Not now" counts.</summary>
    public static readonly TimeSpan Asked = TimeSpan.FromDays(90);

    /// <summary>Longer than browsers keep cookies: the account has a passkey here.</summary>
    public static readonly TimeSpan HasPasskey = TimeSpan.FromDays(400);

    // A browser of a family has a few accounts; the cookie of one of a library must not grow without end.
    private const int MostAccounts = 8;

    private const int MarkSize = 8, EntrySize = MarkSize + sizeof(uint);

    private readonly string _name = CookieNames.OfHost(issuer, "passkey-asked");

    public bool IsQuiet(HttpContext http, Guid userId)
    {
        var (mark, now) = (Mark(userId), Hours(time.GetUtcNow()));
        return Read(http).Any(entry => entry.Until > now && mark.AsSpan().SequenceEqual(entry.Mark));
    }

    /// <summary>Never shortens what was noted before.</summary>
    public void Quiet(HttpContext http, Guid userId, TimeSpan span)
    {
        var (mark, now) = (Mark(userId), time.GetUtcNow());
        var entries = Read(http).Where(entry => entry.Until > Hours(now)).ToList();
        var before = entries.Find(entry => mark.AsSpan().SequenceEqual(entry.Mark));
        if (before is not null) entries.Remove(before);
        entries.Insert(0, new(mark, Math.Max(Hours(now + span), before?.Until ?? 0)));
        var bytes = entries.Take(MostAccounts).SelectMany(entry => entry.Bytes).ToArray();
        http.Response.Cookies.Append(_name, Base64Url.EncodeToString(bytes), CookieNames.OptionsOfHost(issuer, now + HasPasskey));
    }

    private List<Entry> Read(HttpContext http)
    {
        var text = http.Request.Cookies[_name];
        if (text is not { Length: > 0 and <= MostAccounts * EntrySize * 2 } || !Base64Url.IsValid(text)) return [];
        var bytes = Base64Url.DecodeFromChars(text);
        return [.. bytes.Chunk(EntrySize).Where(chunk => chunk.Length == EntrySize).Select(chunk =>
            new Entry(chunk[..MarkSize], BinaryPrimitives.ReadUInt32BigEndian(chunk.AsSpan(MarkSize))))];
    }

    // The ID of the account does not stand in the browser of whoever comes next.
    private static byte[] Mark(Guid userId) => SHA256.HashData(userId.ToByteArray())[..MarkSize];

    private static uint Hours(DateTimeOffset moment) => (uint)(moment.ToUnixTimeSeconds() / 3600);

    private sealed record Entry(byte[] Mark, uint Until)
    {
        public byte[] Bytes
        {
            get
            {
                var bytes = new byte[EntrySize];
                Mark.CopyTo(bytes, 0);
                BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(MarkSize), Until);
                return bytes;
            }
        }
    }
}
