using AuthServer.Api.Tokens;
using AuthServer.JsonApi;

namespace AuthServer.Api.Users;

/// <summary>The last part of the path: an id, or <c>me</c> for the caller's own.</summary>
internal static class UserId
{
    public static Guid? Read(string text, ApiCaller caller) =>
        text == "me" ? caller.UserId : Guid.TryParseExact(text, "D", out var id) ? id : null;

    public static Problem NotFound() => Problem.NotFound("There is no user with this id.");
}
