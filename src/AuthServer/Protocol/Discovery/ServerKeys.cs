using AuthServer.Keys;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Microsoft.IdentityModel.Tokens;
using OpenIddict.Server;

namespace AuthServer.Protocol.Discovery;

/// <summary>Gives OpenIddict the ring's keys, and new options whenever the ring has changed.</summary>
/// <remarks>Each request uses one immutable set of options, so a rotation does not change the keys during a request.</remarks>
public sealed class ServerKeys(
    KeyRing ring) : IConfigureOptions<OpenIddictServerOptions>, IOptionsChangeTokenSource<OpenIddictServerOptions>
{
    public string Name => Options.DefaultName;

    public IChangeToken GetChangeToken() => ring.Changes;

    public void Configure(OpenIddictServerOptions options)
    {
        var keys = ring.Current;
        options.SigningCredentials.AddRange(keys.Signing.Select(k => k.Credentials));
        options.EncryptionCredentials.AddRange(keys.Encryption.Select(k => new EncryptingCredentials(
            new SymmetricSecurityKey(k.Value) { KeyId = k.Kid }, SecurityAlgorithms.Aes256KW, SecurityAlgorithms.Aes256CbcHmacSha512)));
    }
}
