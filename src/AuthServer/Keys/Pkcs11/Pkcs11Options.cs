using AuthServer.Configuration;

namespace AuthServer.Keys.Pkcs11;

/// <summary>The way to a hardware security module (HSM), for the entries of SIGNING_KEYS that begin with <c>pkcs11:</c>.</summary>
public sealed class Pkcs11Options
{
    public const string ModuleKey = "PKCS11_MODULE";
    public const string PinKey = "PKCS11_PIN";

    /// <summary>The PKCS#11 library of an HSM: the whole path of a file such as /usr/lib/softhsm/libsofthsm2.so.</summary>
    [Setting(ModuleKey)]
    public string? Module { get; set; }

    /// <summary>
    /// The PIN of the HSM's user. Give it as PKCS11_PIN_FILE, or name its file by pin-source in the URI. A wrong one is tried once at
    /// a start, and most machines lock themselves after a few.
    /// </summary>
    [Setting(PinKey, Secret = true)]
    public string? Pin { get; set; }
}
