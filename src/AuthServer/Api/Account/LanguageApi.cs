using System.Text.Json.Serialization;
using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Ui.Resources;
using AuthServer.Users.Administration;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Profile;

namespace AuthServer.Api.Account;

/// <summary>The language of pages and mails, in an answer.</summary>
/// <param name="Language">Null: that of the browser.</param>
/// <param name="Languages">Those that pages and mails can be in.</param>
public sealed record LanguageDocument(string? Language, IReadOnlyList<string> Languages);

/// <summary>The body of PUT /v1/account/language.</summary>
public sealed record LanguageBody
{
    public required string? Language { get; init; }
}

/// <summary>GET and PUT /v1/account/language: it can be chosen whatever claims people fill in here.</summary>
internal static class LanguageApi
{
    private static readonly string[] IsNone = ["must be null, or a language of this server: GET lists them."];

    public static async Task<IResult> ReadAsync(HttpContext http, ProfileChanges profile, LanguageSet languages)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        return await profile.FindAsync(person.UserId, http.RequestAborted) is { } user
            ? Answer(http, StandardClaims.LocaleOf(user), languages)
            : Problem.NotFound("The account is gone.");
    }

    public static async Task<IResult> SetAsync(HttpContext http, ProfileChanges profile, LanguageSet languages)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, LanguageJson.Default.LanguageBody, http.RequestAborted);
        if (body is null) return malformed!;
        if (body.Language is not null && languages.Find(body.Language) is null) return Wrong();
        var actor = (AccountActor.Person)person.Actor(http, asAdmin: false);
        return await profile.SetLanguageAsync(actor, body.Language, http.RequestAborted) switch
        {
            ProfileResult.Changed(var user) => Answer(http, StandardClaims.LocaleOf(user), languages),
            ProfileResult.Refused => Wrong(),
            ProfileResult.Stale => Problem.Busy(TimeSpan.FromSeconds(1)),
            _ => Problem.NotFound("The account is gone."),
        };
    }

    private static Problem Wrong() => Problem.Unprocessable(new Dictionary<string, string[]> { ["language"] = IsNone });

    private static IResult Answer(HttpContext http, string? language, LanguageSet languages)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(
            new LanguageDocument(language, [.. languages.All.Select(one => one.Tag)]), LanguageJson.Default.LanguageDocument);
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    AllowDuplicateProperties = false, RespectNullableAnnotations = true, MaxDepth = JsonBody.MaxDepth)]
[JsonSerializable(typeof(LanguageDocument))]
[JsonSerializable(typeof(LanguageBody))]
internal sealed partial class LanguageJson : JsonSerializerContext;
