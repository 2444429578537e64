using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace AuthServer.Keys;

/// <summary>Seals a data protection key for its table under a key derived from SECRET_KEY.</summary>
public sealed class DataProtectionSealing(SecretOptions secrets)
{
    private const string Place = "data_protection_keys.xml";
    private readonly Sealing _sealing = new("data-protection/1", secrets.SecretKey, secrets.SecretKeyPrevious);

    public string Seal(XElement key) =>
        Convert.ToBase64String(_sealing.Seal(Encoding.UTF8.GetBytes(key.ToString(SaveOptions.DisableFormatting)), Place));

    /// <summary>The XML of a stored key, with what it seals under the current SECRET_KEY.</summary>
    public Renewed<string> Renew(string xml)
    {
        var root = XElement.Parse(xml);
        var (opens, changes) = (true, false);
        foreach (var element in root.Descendants(SealedXmlEncryptor.Element))
        {
            var (opened, value) = _sealing.Renew(Convert.FromBase64String(element.Value), Place);
            opens &= opened;
            if (value is null) continue;
            element.Value = Convert.ToBase64String(value);
            changes = true;
        }

        return new(opens, opens && changes ? root.ToString(SaveOptions.DisableFormatting) : null);
    }

    /// <summary>Whether everything that a stored key seals opens.</summary>
    public bool Opens(XElement key)
    {
        try
        {
            foreach (var element in key.Descendants(SealedXmlEncryptor.Element)) Open(element.Value);
            return true;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }

    public XElement Open(string box) => XElement.Parse(Encoding.UTF8.GetString(_sealing.Open(Convert.FromBase64String(box), Place)));
}

/// <summary>Writes the sealed form.</summary>
/// <remarks>Data protection stores the type name of the decryptor beside it: renaming that type makes stored keys unreadable.</remarks>
public sealed class SealedXmlEncryptor(DataProtectionSealing sealing) : IXmlEncryptor
{
    internal const string Element = "sealed";

    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement(Element, sealing.Seal(plaintextElement)), typeof(SealedXmlDecryptor));
}

/// <summary>Opens the sealed form. Data protection creates it with the service provider, from the type name in the stored XML.</summary>
public sealed class SealedXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    public XElement Decrypt(XElement encryptedElement) =>
        services.GetRequiredService<DataProtectionSealing>().Open(encryptedElement.Value);
}
