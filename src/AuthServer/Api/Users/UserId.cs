using AuthServer.Api.Tokens;
using AuthServer.JsonApi;

namespace AuthServer.Api.Users;

/// <summary>The last part of the path: an id, or <c>me</c> for the caller's own.</summary>
internal static class UserId
{
    /// <returns>Null when the id was read.</returns>
    public static Problem? Read(string text, ApiCaller caller, out Guid id)
    {
        id = default;
        if (text != "me") return Guid.TryParseExact(text, "D", out id) ? null : NotFound();
        if (caller is not ApiCaller.Person person) return caller.RefusalToReadOwn();
        id = person.UserId;
        return null;
    }

    public static Problem NotFound() => Problem.NotFound("There is no user with this id.");
}
