using AuthServer.Api.Tokens;
using AuthServer.JsonApi;
using AuthServer.Ui.Brand;
using AuthServer.Users.MyAccount;

namespace AuthServer.Api.Account;

/// <summary>Whether pages are light or dark, in an answer and in the body of PUT /v1/account/theme.</summary>
public sealed record ThemeBody
{
    public required string Theme { get; init; }
}

/// <summary>GET and PUT /v1/account/theme: how pages look wherever the person signs in next.</summary>
internal static class ThemeApi
{
    private static readonly string[] IsNone = ["must be system, light or dark."];

    public static async Task<IResult> ReadAsync(HttpContext http, ProfileChanges profile)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if ((person.RefusalToReadOwn() ?? person.RefusalOfThirdParty()) is { } refusal) return refusal;
        return await profile.FindAsync(person.UserId, http.RequestAborted) is { } user
            ? Answer(http, ThemeCookie.Of(user.Theme) ?? Theme.System)
            : Problem.NotFound("The account is gone.");
    }

    public static async Task<IResult> SetAsync(HttpContext http, ProfileChanges profile)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        var (body, malformed) = await JsonBody.ReadAsync(http.Request, AccountBodyJson.Default.ThemeBody, http.RequestAborted);
        if (body is null) return malformed!;
        if (ThemeCookie.Of(body.Theme) is not { } theme)
        {
            return Problem.Unprocessable(new Dictionary<string, string[]> { ["theme"] = IsNone });
        }

        await profile.SetThemeAsync(person.UserId, ThemeCookie.WordOf(theme), http.RequestAborted);
        return Answer(http, theme);
    }

    private static IResult Answer(HttpContext http, Theme theme)
    {
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(new() { Theme = BrandWords.Of(theme) }, AccountBodyJson.Default.ThemeBody);
    }
}
