using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace AuthServer.Keys.Outside;

/// <summary>Reads one private key in PEM (PKCS#8, encrypted PKCS#8, SEC1, PKCS#1) or PKCS#12.</summary>
internal static class PrivateKeyForms
{
    private const string Begin = "-----BEGIN ";

    // ERROR_INVALID_PASSWORD, on every platform. Keys of algorithms that .NET does not know fail with another.
    private const int InvalidPassword = unchecked((int)0x80070056);

    /// <param name="wrong">What is wrong with the file, and how to mend it, when there is no key.</param>
    public static AsymmetricAlgorithm? Read(byte[] bytes, string? password, out (string What, string Cure) wrong)
    {
        wrong = default;
        return bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Begin)) >= 0
            ? ReadPem(Encoding.UTF8.GetString(bytes), password, ref wrong)
            : ReadPkcs12(bytes, password, ref wrong);
    }

    private static AsymmetricAlgorithm? ReadPem(string text, string? password, ref (string, string) wrong)
    {
        if (text.Contains("Proc-Type:", StringComparison.Ordinal))
        {
            wrong = ("is encrypted in the old form of OpenSSL", "convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out FILE.new");
            return null;
        }

        var blocks = new List<(string Label, byte[] Data)>();
        var rest = text.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            var label = rest[fields.Label].ToString();
            if (label.EndsWith("PRIVATE KEY", StringComparison.Ordinal))
            {
                blocks.Add((label, Convert.FromBase64String(rest[fields.Base64Data].ToString())));
            }
            else blocks.Add((label, []));
            rest = rest[fields.Location.End..];
        }

        // A block without its end is no block to PemEncoding.
        if (blocks.Count != text.AsSpan().Count(Begin))
        {
            wrong = ("is no whole PEM file", "write it again; to replace a file, write another one and rename it");
            return null;
        }

        if (blocks.Where(b => b.Data.Length > 0).ToList() is not [var only])
        {
            wrong = ("does not hold exactly one private key", "put each private key into a file of its own");
            return null;
        }

        var key = only.Label == "ENCRYPTED PRIVATE KEY" ? Encrypted(only.Data, password, ref wrong) : Plain(only.Label, only.Data);
        CryptographicOperations.ZeroMemory(only.Data);
        if (key is null && wrong == default) wrong = NotTaken;
        return key;
    }

    private static AsymmetricAlgorithm? Plain(string label, byte[] data) => label switch
    {
        "EC PRIVATE KEY" => Imported(ECDsa.Create(), key => key.ImportECPrivateKey(data, out _)),
        "RSA PRIVATE KEY" => Imported(RSA.Create(), key => key.ImportRSAPrivateKey(data, out _)),
        // The key names its algorithm, and each class takes only its own.
        "PRIVATE KEY" => (AsymmetricAlgorithm?)Imported(ECDsa.Create(), key => key.ImportPkcs8PrivateKey(data, out _))
            ?? Imported(RSA.Create(), key => key.ImportPkcs8PrivateKey(data, out _)),
        _ => null,
    };

    private static AsymmetricAlgorithm? Encrypted(byte[] data, string? password, ref (string, string) wrong)
    {
        if (IsMissing(password, ref wrong)) return null;
        var key = (AsymmetricAlgorithm?)Imported(ECDsa.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password, data, out _))
            ?? Imported(RSA.Create(), key => key.ImportEncryptedPkcs8PrivateKey(password, data, out _));
        if (key is null) wrong = WrongPassword;
        return key;
    }

    private static AsymmetricAlgorithm? ReadPkcs12(byte[] bytes, string? password, ref (string, string) wrong)
    {
        // RFC 7292: a SEQUENCE whose length is that of the file. Checked first, because a wrong password fails in the same way.
        if (!IsWholeSequence(bytes))
        {
            wrong = ("is neither PEM nor a whole PKCS#12 file", "write it again; to replace a file, write another one and rename it");
            return null;
        }

        try
        {
            // Windows and Linux keep the private key in memory alone; macOS knows no such thing.
            var flags = OperatingSystem.IsMacOS() ? X509KeyStorageFlags.DefaultKeySet : X509KeyStorageFlags.EphemeralKeySet;
            var keys = X509CertificateLoader.LoadPkcs12Collection(bytes, password, flags).Where(c => c.HasPrivateKey).ToList();
            if (keys is not [var one])
            {
                wrong = ("does not hold exactly one private key with its certificate", "put each private key into a file of its own");
                return null;
            }

            var key = (AsymmetricAlgorithm?)one.GetECDsaPrivateKey() ?? one.GetRSAPrivateKey();
            if (key is null) wrong = NotTaken;
            return key;
        }
        catch (CryptographicException e)
        {
            if (e.HResult != InvalidPassword) wrong = NotTaken;
            else if (!IsMissing(password, ref wrong)) wrong = WrongPassword;
            return null;
        }
    }

    private static bool IsMissing(string? password, ref (string, string) wrong)
    {
        if (!string.IsNullOrEmpty(password)) return false;
        wrong = ("is encrypted, and there is no password",
            $"put its password into a file, and name that in {OutsideKeyOptions.PasswordKey}_FILE");
        return true;
    }

    private static readonly (string, string) WrongPassword =
        ($"does not open with {OutsideKeyOptions.PasswordKey}", "set the password of this file; all encrypted files have the same one");

    private static readonly (string, string) NotTaken = ("holds a private key that cannot be read",
        "make an EC key of the curve P-256 (openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256) or an RSA key");

    private static bool IsWholeSequence(ReadOnlySpan<byte> bytes) =>
        System.Formats.Asn1.AsnDecoder.TryReadEncodedValue(
            bytes, System.Formats.Asn1.AsnEncodingRules.BER, out var tag, out _, out _, out var consumed)
        && tag == System.Formats.Asn1.Asn1Tag.Sequence && consumed == bytes.Length;

    private static T? Imported<T>(T key, Action<T> import) where T : AsymmetricAlgorithm
    {
        try
        {
            import(key);
            return key;
        }
        catch (CryptographicException)
        {
            key.Dispose();
            return null;
        }
    }
}
