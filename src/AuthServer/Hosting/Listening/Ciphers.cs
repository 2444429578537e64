using System.Net.Security;
using System.Runtime.Versioning;

namespace AuthServer.Hosting.Listening;

/// <summary>The cipher suites for clients of TLS 1.2: forward secrecy and authenticated encryption alone (RFC 9325 section 4.2).</summary>
internal static class Ciphers
{
    private static readonly TlsCipherSuite[] Suites =
    [
        // Without these no TLS 1.3 would be left.
        TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ];

    /// <summary>Elsewhere the operating system chooses for all programs, and refuses a policy of one.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool AreChosenHere => OperatingSystem.IsLinux();

    [SupportedOSPlatform("linux")]
    public static CipherSuitesPolicy Policy() => new(Suites);
}
