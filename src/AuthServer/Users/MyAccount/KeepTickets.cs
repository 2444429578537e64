using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Data.Entities;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.MyAccount;

/// <summary>That a person has given the right password of an account that is to be deleted, for the minutes in which they decide.</summary>
/// <param name="Stamp">The security stamp of then: a ticket of an earlier wish is worth nothing.</param>
public sealed record KeepTicket(Guid UserId, string Stamp, string Email, DateTime At);

/// <summary>Seals tickets into the form that offers to keep the account.</summary>
public sealed class KeepTickets(IDataProtectionProvider protection, TimeProvider time)
{
    private const int Longest = 4096;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly IDataProtector _protector = protection.CreateProtector("authplatform/keep-account/1");

    public string Seal(User user) => Base64Url.EncodeToString(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(
        new KeepTicket(user.Id, user.SecurityStamp!, user.Email!, time.GetUtcNow().UtcDateTime))));

    /// <returns>Null unless this server sealed it in the last minutes.</returns>
    public KeepTicket? Open(string text)
    {
        if (text.Length is 0 or > Longest || !Base64Url.IsValid(text)) return null;
        try
        {
            var ticket = JsonSerializer.Deserialize<KeepTicket>(_protector.Unprotect(Base64Url.DecodeFromChars(text)));
            return ticket is not null && time.GetUtcNow().UtcDateTime - ticket.At < Life ? ticket : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
