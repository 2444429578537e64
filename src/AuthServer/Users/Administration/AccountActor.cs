using AuthServer.Audit;

namespace AuthServer.Users.Administration;

/// <summary>Who acts on an account through the JSON API.</summary>
/// <param name="AsAdmin">The caller has the scope and the role, and may change what lifts rights.</param>
/// <param name="AuthTime">When the person last proved who they are, in the calling session.</param>
public sealed record AccountActor(Guid UserId, Guid SessionId, string ClientId, bool AsAdmin, DateTime? AuthTime, Caller Caller);
