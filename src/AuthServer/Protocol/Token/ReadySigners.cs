using System.Collections.Immutable;
using AuthServer.Keys;
using AuthServer.Protocol.Claims;

namespace AuthServer.Protocol.Token;

/// <summary>
/// Asks a key that is known to be away before a request takes a code, rotates a refresh token or opens a session, and then gets no answer.
/// </summary>
public sealed class ReadySigners(KeyRing ring, SigningOutages outages, TokenAudience audience)
{
    /// <summary>Whether a key is known to be away.</summary>
    public bool AnyIsAway => outages.Any;

    /// <summary>Costs nothing while every key signs.</summary>
    /// <param name="granted">The scopes that the answer is to have.</param>
    /// <param name="authorized">The resources of the authorization request; none: every one of the scopes and of the client.</param>
    /// <exception cref="SigningUnavailableException">A key that the answer needs is still away.</exception>
    public async ValueTask RequireAsync(
        GrantRequest request, ImmutableArray<string> granted, ImmutableArray<string> authorized, bool withIdToken)
    {
        if (!outages.Any) return;
        // Not read yet is whether the person is an administrator, on which the scopes, and so the resource and its algorithm, may depend.
        await AskAsync(request, ScopeRules.ForPerson(granted, request.Client, isAdmin: false), authorized);
        await AskAsync(request, ScopeRules.ForPerson(granted, request.Client, isAdmin: true), authorized);
        if (withIdToken) Ask(request.Client.IdTokenSignedResponseAlg);
    }

    private async ValueTask AskAsync(GrantRequest request, ImmutableArray<string> scopes, ImmutableArray<string> authorized)
    {
        var target = await audience.ResolveAsync(request.Client, scopes, request.Resources, authorized, request.Http.RequestAborted);
        if (target.Fault is null) Ask(target.Algorithm);
    }

    private void Ask(string algorithm)
    {
        var signer = ring.Current.Signer(algorithm);
        // The signature is discarded. A key that is back is thereby known to be.
        if (outages.Has(signer.Kid)) signer.Sign("probe", "{}"u8);
    }
}
