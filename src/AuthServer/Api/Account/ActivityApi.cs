using System.Globalization;
using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.MyAccount;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Api.Account;

/// <summary>An event of an account in JSON: a row of the audit trail.</summary>
/// <param name="ByPerson">The person did it themselves.</param>
public sealed record EventDocument(
    Guid Id, DateTime OccurredAt, string Kind, bool ByPerson, string? ClientId, Guid? SessionId, string? IpAddress, string? UserAgent,
    string? Detail);

/// <summary>A page of events in JSON.</summary>
public sealed record EventsDocument(IReadOnlyList<EventDocument> Events);

/// <summary>GET /v1/account/activity: what has happened to the account, the latest first; a link leads to what is older.</summary>
internal static class ActivityApi
{
    public const string Cursor = "cursor", Limit = "limit";
    public const int DefaultLimit = 50, MostLimit = 200;

    public static async Task<IResult> ListAsync(HttpContext http, AccountActivity activity, IssuerOptions issuer)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        var (before, limit, problem) = Read(http.Request.Query);
        if (problem is not null) return problem;

        // One more than asked for tells whether there is a next page.
        var found = await activity.ListAsync(person.UserId, before, limit + 1, http.RequestAborted);
        var page = found.Take(limit).ToList();
        http.Response.Headers.CacheControl = "no-store";
        if (found.Count > limit) http.Response.Headers.Link = $"<{Next(issuer, limit, page[^1])}>; rel=\"next\"";
        return Results.Json(new EventsDocument([.. page.Select(Of)]), EventJson.Default.EventsDocument);
    }

    private static (ActivityCursor? Before, int Limit, Problem? Problem) Read(IQueryCollection parameters)
    {
        ActivityCursor? before = null;
        var limit = DefaultLimit;
        foreach (var (name, values) in parameters)
        {
            if (values is not [{ } text]) return (null, 0, Problem.BadRequest(name, "stands more than once."));
            switch (name)
            {
                case Limit when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                    && count is >= 1 and <= MostLimit:
                    limit = count;
                    break;
                case Cursor when ActivityCursor.Read(text) is { } cursor:
                    before = cursor;
                    break;
                default:
                    return (null, 0, Problem.BadRequest(name, Expectation(name)));
            }
        }

        return (before, limit, null);
    }

    private static string Expectation(string name) => name switch
    {
        Limit => $"must be a whole number from 1 to {MostLimit}.",
        Cursor => "must be the cursor of a Link header.",
        _ => "is not a parameter of this request.",
    };

    private static string Next(IssuerOptions issuer, int limit, AuditEvent last) => QueryHelpers.AddQueryString(
        issuer.IssuerText + AccountRoutes.ActivityPath, new Dictionary<string, string?>
        {
            [Limit] = limit.ToString(CultureInfo.InvariantCulture),
            [Cursor] = new ActivityCursor(last.OccurredAt, last.Id).ToString(),
        });

    private static EventDocument Of(AuditEvent e)
    {
        var isOwn = AccountActivity.IsByPerson(e);
        return new(
            e.Id, e.OccurredAt, e.Kind, isOwn, e.ClientId, isOwn ? e.SessionId : null, isOwn ? e.IpAddress : null,
            isOwn ? e.UserAgent : null, e.Detail);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(EventsDocument))]
internal sealed partial class EventJson : JsonSerializerContext;
