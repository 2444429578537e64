using AuthServer.Api.Tokens;

namespace AuthServer.Api.Users;

/// <summary>/v1/users: accounts for admins, and for each person their own.</summary>
public static class UserRoutes
{
    private static readonly string[] Read = [HttpMethods.Get, HttpMethods.Head];

    public static void MapUsers(this IEndpointRouteBuilder v1)
    {
        var users = v1.MapGroup("/users").RequireAuthorization(BearerTokens.Policy);
        users.MapMethods("", Read, ListUsers.HandleAsync);
        users.MapPost("", CreateUser.HandleAsync);
        users.MapMethods("/{id}", Read, ReadUser.HandleAsync);
        users.MapPut("/{id}", ChangeUser.PutAsync);
        users.MapPatch("/{id}", ChangeUser.PatchAsync);
        users.MapDelete("/{id}", DeleteUser.HandleAsync);
        users.MapMethods("/{id}/profile", Read, UserProfile.ReadAsync);
        users.MapPatch("/{id}/profile", UserProfile.ChangeAsync);
        users.MapMethods("/{id}/sessions", Read, UserSessions.ListAsync);
        users.MapDelete("/{id}/sessions", UserSessions.EndAllAsync);
        users.MapDelete("/{id}/sessions/{session_id}", UserSessions.EndAsync);
        users.MapDelete("/{id}/second-factors", ResetSecondFactors.HandleAsync);
        users.MapDelete("/{id}/passkeys", ResetPasskeys.HandleAsync);
        users.MapMethods("/{id}/upstream", Read, UserConnections.ListAsync);
        users.MapDelete("/{id}/upstream/{connection_id}", UserConnections.DisconnectAsync);
        users.MapPost("/{id}/password-reset", SendPasswordReset.HandleAsync);
        users.MapDelete("/{id}/deletion", KeepUser.HandleAsync);
    }
}
