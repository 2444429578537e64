using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Configuration;

namespace AuthServer.Data.Tls;

/// <summary>
/// The PEM files of a connection to another server, by the names that libpq gives them (PostgreSQL manual, section 34.1.2).
/// </summary>
/// <param name="RootPath">sslrootcert: the authorities that are trusted. Null: those of this machine.</param>
/// <param name="CertificatePath">sslcert: the certificate that this server shows.</param>
/// <param name="KeyPath">sslkey: its private key. Null: it stands in the file of the certificate.</param>
/// <param name="Password">sslpassword: opens an encrypted private key.</param>
public sealed record TlsFiles(
    string? RootPath = null, string? CertificatePath = null, string? KeyPath = null, string? Password = null)
{
    public const string RootName = "sslrootcert", CertificateName = "sslcert", KeyName = "sslkey", PasswordName = "sslpassword";

    public static TlsFiles None { get; } = new();

    /// <returns>Null: the name is not one of these settings, or has no value.</returns>
    public TlsFiles? With(string name, string value) => (name, value.Length > 0) switch
    {
        (RootName, true) => this with { RootPath = value },
        (CertificateName, true) => this with { CertificatePath = value },
        (KeyName, true) => this with { KeyPath = value },
        (PasswordName, true) => this with { Password = value },
        _ => null,
    };

    /// <summary>What is wrong with the files and what to do, or null. It never contains the password.</summary>
    public SettingFault? Wrong(DateTimeOffset now)
    {
        if (RootPath is not null && WrongRoots(RootPath) is { } roots) return roots;
        if (CertificatePath is null)
        {
            return KeyPath is null && Password is null
                ? null
                : new($"has {(KeyPath is null ? PasswordName : KeyName)} without {CertificateName}", "name the certificate of the key too");
        }
        if (Unreadable(CertificateName, CertificatePath) is { } certificate) return certificate;
        if (KeyPath is not null && Unreadable(KeyName, KeyPath) is { } key) return key;
        try
        {
            using var own = Own()!;
            return now < own.NotBefore || now > own.NotAfter
                ? new($"has the {CertificateName} {CertificatePath}, which is valid from {own.NotBefore.ToUniversalTime():u} " +
                    $"until {own.NotAfter.ToUniversalTime():u}", "renew it")
                : null;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            return new(
                $"has an {CertificateName} and an {KeyName} that are no pair in PEM, or the key is encrypted and {PasswordName} does " +
                "not open it", $"name the certificate ({CertificatePath}) with its own key ({KeyPath ?? CertificatePath})");
        }
    }

    /// <summary>The certificate that this server shows, with its private key.</summary>
    public X509Certificate2? Own() => CertificatePath is null ? null
        : Password is null ? X509Certificate2.CreateFromPemFile(CertificatePath, KeyPath ?? CertificatePath)
        : X509Certificate2.CreateFromEncryptedPemFile(CertificatePath, Password, KeyPath ?? CertificatePath);

    /// <summary>The authorities that are trusted; null: those of this machine.</summary>
    public X509Certificate2Collection? Roots()
    {
        if (RootPath is null) return null;
        var roots = new X509Certificate2Collection();
        roots.ImportFromPemFile(RootPath);
        return roots;
    }

    private SettingFault? WrongRoots(string path)
    {
        if (Unreadable(RootName, path) is { } unreadable) return unreadable;
        var isEmpty = true;
        try
        {
            isEmpty = Roots()!.Count == 0;
        }
        catch (CryptographicException)
        {
            // A block of PEM that is no certificate.
        }
        return isEmpty ? new($"has the {RootName} {path}, which holds no certificate in PEM", "name the file of the authority") : null;
    }

    private static SettingFault? Unreadable(string name, string path)
    {
        try
        {
            using (File.OpenRead(path)) return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return new($"has the {name} {path}, which cannot be read", "name a file that the server's user may read");
        }
    }
}
