using System.Collections.Immutable;

namespace AuthServer.Protocol.Claims;

/// <summary>The <c>resource</c> parameters of a token request (RFC 8707 section 2.2): a part of what was authorized.</summary>
public static class RequestedResources
{
    /// <param name="authorized">Those of the authorization request; none: the default audience, which <see cref="TokenAudience"/>
    /// knows.</param>
    /// <returns>Whether one was asked for that was not authorized.</returns>
    public static bool AreBeyond(ImmutableArray<string> asked, ImmutableArray<string> authorized) =>
        !asked.IsEmpty && !authorized.IsEmpty && asked.Any(resource => !authorized.Contains(resource));
}
