using System.Linq.Expressions;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Sessions;

/// <summary>
/// Which clients are used: those that have a session, a code that was given out within the last hour, or the approved request of a device.
/// </summary>
/// <remarks>
/// A consent alone is no use, and neither is a request that was pushed: strangers could keep a client for ever by them.
/// </remarks>
internal static class ClientUses
{
    public static IQueryable<Client> Used(this IQueryable<Client> clients, AuthDbContext db) => clients.Where(IsUsed(db));

    public static IQueryable<Client> Unused(this IQueryable<Client> clients, AuthDbContext db)
    {
        var used = IsUsed(db);
        return clients.Where(Expression.Lambda<Func<Client, bool>>(Expression.Not(used.Body), used.Parameters));
    }

    // The database writes it in small letters, by no culture: its index is of lower(client_id), and then the texts are compared.
#pragma warning disable CA1304, CA1311, CA1862
    /// <summary>The sessions that a client has opened.</summary>
    public static IQueryable<UserSession> OfClient(this IQueryable<UserSession> sessions, string clientId) =>
        sessions.Where(s => s.ClientId!.ToLower() == EF.Parameter(clientId).ToLower() && s.ClientId == clientId);

    private static Expression<Func<Client, bool>> IsUsed(AuthDbContext db) => c =>
        db.Sessions.Any(s => s.ClientId != null && s.ClientId.ToLower() == c.ClientId!.ToLower() && s.ClientId == c.ClientId)
        || db.Tokens.Any(t => t.Application!.Id == c.Id && t.Type == TokenTypeIdentifiers.Private.AuthorizationCode)
        || db.PendingAuthorizations.Any(p => p.ClientRowId == c.Id && p.State == PendingState.Approved);
#pragma warning restore CA1304, CA1311, CA1862
}
