using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Configuration;
using AuthServer.RateLimits;
using AuthServer.Users.Administration;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Api.Users;

/// <summary>GET /v1/users: pages of accounts in the order of their ids, each with a link to the next (RFC 8288).</summary>
internal static class ListUsers
{
    public static async Task<IResult> HandleAsync(HttpContext http, UserDirectory users, LookupThrottle lookups, IssuerOptions issuer)
    {
        var caller = ApiCaller.Of(http);
        if ((caller.RefusalToRead() ?? await lookups.TryEnterAsync(http, caller.Subject)) is { } refusal) return refusal;
        var (query, problem) = UserQuery.Read(http.Request.Query);
        if (query is null) return problem!;

        // One more than asked for tells whether there is a next page.
        var found = await users.ListAsync(query.Filter, query.After, query.Limit + 1, http.RequestAborted);
        var page = found.Take(query.Limit).Select(UserDocument.Of).ToList();
        http.Response.Headers.CacheControl = "no-store";
        if (found.Count > query.Limit) http.Response.Headers.Link = $"<{Next(http, issuer, page[^1].Id)}>; rel=\"next\"";
        return Results.Json(new UserPage(page), UserJson.Default.UserPage);
    }

    private static string Next(HttpContext http, IssuerOptions issuer, Guid last)
    {
        var parameters = http.Request.Query.Where(p => p.Key != UserQuery.Cursor)
            .Select(p => KeyValuePair.Create(p.Key, (string?)p.Value.ToString()))
            .Append(new(UserQuery.Cursor, UserQuery.CursorAfter(last)));
        return QueryHelpers.AddQueryString(issuer.IssuerText + ApiPaths.Users, parameters);
    }
}
