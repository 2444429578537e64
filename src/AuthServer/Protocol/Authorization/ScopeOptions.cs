using AuthServer.Configuration;

namespace AuthServer.Protocol.Authorization;

public enum UnknownScopes
{
    Drop,
    Refuse,
}

/// <summary>How authorization requests are read that ask for more than the client is registered for.</summary>
public sealed class ScopeOptions
{
    /// <summary>
    /// drop: a scope that the client is not registered for is left out of an authorization request, and the token answer names what was
    /// granted; a request left with none is refused. refuse: one such scope makes the whole request an invalid_scope.
    /// </summary>
    [Setting("SCOPES_UNKNOWN")]
    public UnknownScopes Unknown { get; set; } = UnknownScopes.Drop;
}
