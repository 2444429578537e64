using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.Audit;
using AuthServer.JsonApi;
using AuthServer.Users.MyAccount;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Api.Account;

/// <summary>An app that uses an account, in JSON.</summary>
/// <param name="Claims">Allowed one by one, beside those that the scopes include.</param>
/// <param name="EndsAt">When its access ends by itself, where it does.</param>
/// <param name="Sessions">How many sessions it has.</param>
public sealed record AppDocument(
    string ClientId, string Name, IReadOnlyList<string> Scopes, IReadOnlyList<string> Claims, IReadOnlyList<string> Resources,
    DateTime? Since, DateTime? EndsAt, DateTime? LastUsedAt, int Sessions);

/// <summary>The apps of an account in JSON.</summary>
public sealed record AppsDocument(IReadOnlyList<AppDocument> Apps);

/// <summary>/v1/account/apps: what uses the account, and the end of it.</summary>
internal static class AppsApi
{
    public static async Task<IResult> ListAsync(HttpContext http, ConnectedApps apps)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        var found = await apps.ListAsync(person.UserId, http.RequestAborted);
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new AppsDocument([.. found.Select(Of)]), AppJson.Default.AppsDocument);
    }

    public static async Task<IResult> WithdrawAsync(HttpContext http, [FromRoute(Name = "client_id")] string clientId, ConnectedApps apps)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        return await apps.WithdrawAsync(
            person.UserId, clientId, person.Client.ClientId, person.SessionId, Caller.Of(http), CancellationToken.None)
            ? Results.NoContent()
            : Problem.NotFound("No app with this client id uses the account.");
    }

    private static AppDocument Of(ConnectedApp app) => new(
        app.ClientId, app.Client?.Name ?? app.ClientId, app.Allowed.Scopes, app.Allowed.Claims, app.Allowed.Resources, app.Since,
        app.Allowed.Ends, app.LastUsed, app.Sessions);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(AppsDocument))]
internal sealed partial class AppJson : JsonSerializerContext;
