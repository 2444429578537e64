using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;

namespace AuthServer.Keys;

/// <summary>Seals a data protection key for its table under a key derived from SECRET_KEY.</summary>
/// <remarks>
/// Data protection hands over the secret part of a key without the key's id, so the value is bound to its row in a second step, when the
/// row is written: the attribute names the id, which is part of the associated data. Rows of version 0.2 have no attribute.
/// </remarks>
public sealed class DataProtectionSealing(SecretOptions secrets)
{
    private const string Place = "data_protection_keys.xml", Start = "<sealed", IdName = "id", OwnerName = "of";

    // Six bytes: version and mark, and one more.
    private const int HeadLength = 8;

    private readonly Sealing _sealing = new("data-protection/1", secrets.SecretKey, secrets.SecretKeyPrevious);

    public string Seal(XElement key) => Box(Encoding.UTF8.GetBytes(key.ToString(SaveOptions.DisableFormatting)), owner: null);

    /// <summary>The same key, with what it seals bound to its id.</summary>
    public XElement Bind(XElement key)
    {
        var bound = new XElement(key);
        foreach (var element in bound.Descendants(SealedXmlEncryptor.Element)) Bind(element, (string?)bound.Attribute(IdName));
        return bound;
    }

    /// <summary>The XML of a stored key, with what it seals under the current SECRET_KEY and bound to its id.</summary>
    public Renewed<string> Renew(string xml)
    {
        var root = XElement.Parse(xml);
        if (!Opens(root)) return new(Opens: false, Value: null);
        var changes = false;
        foreach (var element in root.Descendants(SealedXmlEncryptor.Element))
        {
            var value = _sealing.Renew(Convert.FromBase64String(element.Value), PlaceOf((string?)element.Attribute(OwnerName))).Value;
            if (value is not null) element.Value = Convert.ToBase64String(value);
            changes |= value is not null | Bind(element, (string?)root.Attribute(IdName));
        }

        return new(Opens: true, changes ? root.ToString(SaveOptions.DisableFormatting) : null);
    }

    /// <summary>Whether a stored key opens, and only with SECRET_KEY_PREVIOUS.</summary>
    public bool NeedsPrevious(string xml)
    {
        var root = XElement.Parse(xml);
        return Opens(root) && root.Descendants(SealedXmlEncryptor.Element).Any(element =>
            _sealing.Renew(Convert.FromBase64String(element.Value), PlaceOf((string?)element.Attribute(OwnerName))).Value is not null);
    }

    /// <summary>Whether everything that a stored key seals opens, and is its own.</summary>
    public bool Opens(XElement key)
    {
        try
        {
            foreach (var element in key.Descendants(SealedXmlEncryptor.Element))
            {
                var owner = (string?)element.Attribute(OwnerName);
                if (owner is not null && owner != (string?)key.Attribute(IdName)) return false;
                Open(element);
            }
            return true;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return false;
        }
    }

    /// <summary>Whether the XML of a stored key names a configured secret; it is not opened.</summary>
    /// <returns>Null when nothing in it is sealed, as in the rows by which data protection revokes keys.</returns>
    public bool? IsMarked(string xml)
    {
        if (xml.IndexOf(Start, StringComparison.Ordinal) is not (>= 0 and var start)) return null;
        var begins = xml.IndexOf('>', start) + 1;
        if (begins == 0 || begins + HeadLength > xml.Length) return false;
        Span<byte> head = stackalloc byte[HeadLength / 4 * 3];
        return Convert.TryFromBase64Chars(xml.AsSpan(begins, HeadLength), head, out _) && _sealing.IsMarked(head);
    }

    public XElement Open(XElement element) =>
        XElement.Parse(Encoding.UTF8.GetString(Plain(element.Value, (string?)element.Attribute(OwnerName))));

    /// <returns>Whether it was not bound before.</returns>
    private bool Bind(XElement element, string? id)
    {
        if (id is null || element.Attribute(OwnerName) is not null) return false;
        var plain = Plain(element.Value, owner: null);
        element.Value = Box(plain, id);
        element.SetAttributeValue(OwnerName, id);
        CryptographicOperations.ZeroMemory(plain);
        return true;
    }

    private string Box(byte[] plain, string? owner) => Convert.ToBase64String(_sealing.Seal(plain, PlaceOf(owner)));

    private byte[] Plain(string box, string? owner) => _sealing.Open(Convert.FromBase64String(box), PlaceOf(owner));

    private static string PlaceOf(string? owner) => owner is null ? Place : $"{Place}|{owner}";
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
        services.GetRequiredService<DataProtectionSealing>().Open(encryptedElement);
}
