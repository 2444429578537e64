using AuthServer.Data.Entities;
using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Users.MyAccount;

/// <summary>
/// That a person has done the first step of a sign-in to an account that is to be deleted, for the minutes in which they decide.
/// </summary>
/// <param name="Complete">Whether it was the whole sign-in: by passkey.</param>
/// <param name="Stamp">The security stamp of then: a ticket of an earlier wish is worth nothing.</param>
public sealed record KeepTicket(Guid UserId, string Stamp, string Email, DateTime At, bool Complete);

/// <summary>Seals tickets into the form that offers to keep the account.</summary>
public sealed class KeepTickets(IDataProtectionProvider protection, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private readonly SealedText _sealed = new(protection, "authplatform/keep-account/1");

    public string Seal(User user, bool complete) =>
        _sealed.Seal(new KeepTicket(user.Id, user.SecurityStamp!, user.Email!, time.GetUtcNow().UtcDateTime, complete));

    /// <returns>Null unless this server sealed it in the last minutes.</returns>
    public KeepTicket? Open(string text) =>
        _sealed.Open<KeepTicket>(text) is { } ticket && time.GetUtcNow().UtcDateTime - ticket.At < Life ? ticket : null;
}
