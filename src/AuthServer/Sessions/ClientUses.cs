using System.Linq.Expressions;
using AuthServer.Data;
using AuthServer.Data.Entities;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Sessions;

/// <summary>Which clients are used: those that have a session, or a code that was given out within the last hour.</summary>
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

    public static IQueryable<Client> WithConsent(this IQueryable<Client> clients, AuthDbContext db) =>
        clients.Where(c => db.Authorizations.Any(a => a.Application!.Id == c.Id));

    private static Expression<Func<Client, bool>> IsUsed(AuthDbContext db) => c =>
        db.Sessions.Any(s => s.ClientId == c.ClientId)
        || db.Tokens.Any(t => t.Application!.Id == c.Id && t.Type == TokenTypeIdentifiers.Private.AuthorizationCode);
}
