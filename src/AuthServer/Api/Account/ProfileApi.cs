using AuthServer.Api.Representation;
using AuthServer.Api.Tokens;
using AuthServer.Data.Entities;
using AuthServer.JsonApi;
using AuthServer.Users.Administration;
using AuthServer.Users.MyAccount;
using AuthServer.Users.Profile;

namespace AuthServer.Api.Account;

/// <summary>GET and PATCH /v1/account/profile: what a person says about themselves.</summary>
internal static class ProfileApi
{
    public static async Task<IResult> ReadAsync(HttpContext http, ProfileChanges profile)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToReadOwn()!;
        if (person.RefusalToReadOwn() is { } refusal) return refusal;
        return await profile.FindAsync(person.UserId, http.RequestAborted) is { } user
            ? Answer(http, user)
            : Problem.NotFound("The account is gone.");
    }

    public static async Task<IResult> ChangeAsync(HttpContext http, ProfileChanges profile)
    {
        if (ApiCaller.Of(http) is not ApiCaller.Person person) return ApiCaller.Of(http).RefusalToWriteOwn()!;
        if (person.RefusalToWriteOwn() is { } refusal) return refusal;
        var (matches, changes, unread) = await ReadChangeAsync(http);
        if (unread is not null) return unread;
        var actor = (AccountActor.Person)person.Actor(http, asAdmin: false);
        return Answer(http, await profile.ChangeAsync(actor, matches, changes, http.RequestAborted))
            ?? Problem.NotFound("The account is gone.");
    }

    /// <summary>What a PATCH of a profile changes, and of which version.</summary>
    internal static async Task<(Func<long, bool> Matches, IReadOnlyDictionary<string, string?> Changes, IResult? Refusal)> ReadChangeAsync(
        HttpContext http)
    {
        if (EntityTags.IfMatch(http.Request.Headers.IfMatch) is not { } matches) return (null!, null!, Preconditions.Required());
        var (bytes, unread) = await JsonBody.ReadPatchAsync(http.Request, http.RequestAborted);
        if (bytes is null) return (null!, null!, unread);
        var (body, malformed) = JsonBody.Parse(bytes, AccountBodyJson.Default.ProfileBody);
        return body is null ? (null!, null!, malformed) : (matches, body.Changes(JsonBody.NullMembers(bytes)), null);
    }

    /// <returns>Null when there is no such account.</returns>
    internal static IResult? Answer(HttpContext http, ProfileResult result) => result switch
    {
        ProfileResult.Changed(var user) => Answer(http, user),
        ProfileResult.Stale => Preconditions.Failed(),
        ProfileResult.NoLongerAdmin => Problem.Forbidden("This is for people with the admin role."),
        ProfileResult.Refused(var problems) => Problem.Unprocessable(
            problems.ToDictionary(p => MemberOf(p.Key), p => new[] { WordsOf(p.Value) })),
        _ => null,
    };

    internal static IResult Answer(HttpContext http, User user)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers.ETag = EntityTags.Of(user.Version);
        return Results.Json(ProfileBody.Of(OwnProfile.Of(user)), AccountBodyJson.Default.ProfileBody);
    }

    private static string MemberOf(string name) => OwnProfile.AddressMembers.Contains(name) ? "address." + name : name;

    private static string WordsOf(ProfileProblem problem) => problem switch
    {
        ProfileProblem.TooLong => "is too long.",
        ProfileProblem.NotADate => "must be a day such as 1990-12-31, 0000-12-31 without the year, or a year alone.",
        ProfileProblem.NotAnAddressOfTheWeb => "must be an absolute https address.",
        ProfileProblem.NotAPhoneNumber => "must be a phone number with its country code, such as +442079460958 (E.164).",
        ProfileProblem.NotALanguage => "must be a language tag such as en or pt-BR (RFC 5646).",
        ProfileProblem.NotKept => "is not kept by this server: leave it out.",
        _ => "must be the name of a time zone such as Europe/Berlin.",
    };
}
