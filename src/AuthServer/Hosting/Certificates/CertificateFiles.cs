using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using AuthServer.Configuration;

namespace AuthServer.Hosting.Certificates;

/// <summary>A certificate chain and its private key in two PEM files.</summary>
public sealed class CertificateFiles(string chainPath, string privateKeyPath)
{
    public const string ChainKey = "TLS_CERTIFICATE_FILE";
    public const string PrivateKeyKey = "TLS_PRIVATE_KEY_FILE";
    private const string CertificateBegins = "-----BEGIN CERTIFICATE-----";

    /// <summary>The certificate, or null with the reason among the problems.</summary>
    public ServerCertificate? Read(DateTimeOffset now, SettingProblems problems)
    {
        var chain = Text(ChainKey, chainPath, problems);
        var privateKey = Text(PrivateKeyKey, privateKeyPath, problems);
        return chain is null || privateKey is null ? null : Parse(chain, privateKey, now, problems);
    }

    /// <summary>
    /// What the files hold now, as a digest; empty while one of them cannot be read. Not their times, because a link that is turned to
    /// another file keeps its own.
    /// </summary>
    public string Digest()
    {
        var unread = new SettingProblems();
        return Text(ChainKey, chainPath, unread) is { } chain && Text(PrivateKeyKey, privateKeyPath, unread) is { } privateKey
            ? DigestOf(chain, privateKey)
            : "";
    }

    public bool IsPrivateKeyOpenToAll()
    {
        // Access is kept in lists on Windows, not in modes.
        if (OperatingSystem.IsWindows()) return false;
        // By the handle, which follows a link to the file itself.
        using var file = File.OpenHandle(privateKeyPath);
        return (File.GetUnixFileMode(file) & UnixFileMode.OtherRead) != 0;
    }

    private ServerCertificate? Parse(string chainText, string privateKeyText, DateTimeOffset now, SettingProblems problems)
    {
        var chain = new X509Certificate2Collection();
        try
        {
            chain.ImportFromPem(chainText);
        }
        catch (CryptographicException)
        {
            chain.Clear();
        }
        // A block without its end is no block to ImportFromPem: of a chain that is half written it would take the first half.
        if (chain.Count == 0 || chain.Count != chainText.AsSpan().Count(CertificateBegins))
        {
            problems.Add(ChainKey, $"{chainPath} holds no whole certificate in PEM",
                "name a file with the certificate and, after it, its intermediate certificates");
            return null;
        }
        if (WithPrivateKey(chainText, privateKeyText, problems) is not { } leaf) return null;
        if (!IsValidAt(leaf, now, problems)) return null;
        chain.RemoveAt(0);
        // Offline: a start must not wait for a download. The file has the intermediate certificates.
        return new(leaf, SslStreamCertificateContext.Create(leaf, chain, offline: true), DigestOf(chainText, privateKeyText));
    }

    private X509Certificate2? WithPrivateKey(string chainText, string privateKeyText, SettingProblems problems)
    {
        if (!privateKeyText.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            problems.Add(PrivateKeyKey, $"{privateKeyPath} holds no private key in PEM", "name the file with the key of the certificate");
            return null;
        }
        // RFC 7468 section 11, and the form of OpenSSL before it.
        if (privateKeyText.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            problems.Add(
                PrivateKeyKey, $"the key in {privateKeyPath} is encrypted", "decrypt it with: openssl pkey -in FILE -out FILE.plain");
            return null;
        }
        try
        {
            var leaf = X509Certificate2.CreateFromPem(chainText, privateKeyText);
            if (!OperatingSystem.IsWindows()) return leaf;
            // Windows needs a key that its own store knows.
            using (leaf) return X509CertificateLoader.LoadPkcs12(leaf.Export(X509ContentType.Pkcs12), null);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            problems.Add(PrivateKeyKey, $"{privateKeyPath} is not the private key of the certificate in {chainPath}",
                $"name the key that belongs to the first certificate of {ChainKey}");
            return null;
        }
    }

    private bool IsValidAt(X509Certificate2 leaf, DateTimeOffset now, SettingProblems problems)
    {
        var (from, until) = ((DateTimeOffset)leaf.NotBefore, (DateTimeOffset)leaf.NotAfter);
        if (now < from)
        {
            problems.Add(ChainKey, $"the certificate in {chainPath} is not valid before {Written(from)}",
                "check the clock of this machine, or name a certificate that is valid now");
        }
        if (now > until)
        {
            problems.Add(ChainKey, $"the certificate in {chainPath} has expired at {Written(until)}", "renew it");
        }
        return now >= from && now <= until;
    }

    private static string? Text(string key, string path, SettingProblems problems)
    {
        try
        {
            // Shared, because the program that renews the certificate may write at this moment.
            using var file = new StreamReader(new FileStream(
                path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
            return file.ReadToEnd();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            problems.Add(key, $"there is no file {path}", "set it to the path of a PEM file");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            problems.Add(key, $"the file {path} cannot be read", "let the server's user read it");
        }
        return null;
    }

    private static string DigestOf(string chain, string privateKey) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes($"{chain}\0{privateKey}")));

    private static string Written(DateTimeOffset time) => UtcText.Minute(time.UtcDateTime);
}
