using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Configuration;

/// <summary>
/// The certificate authority that this server has made for itself, or none. Its own requests to its own address trust it, whatever the
/// machine trusts.
/// </summary>
public sealed record OwnAuthority(X509Certificate2? Certificate);
