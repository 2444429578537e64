using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace AuthServer.Clients.PublicKeys;

/// <summary>In which place of a certificate a client's name stands (RFC 8705 section 2.1.2).</summary>
public enum CertificateName
{
    SubjectDn,
    Dns,
    Uri,
    Ip,
    Email,
}

/// <summary>The name by which the certificate of a client is known.</summary>
public sealed record CertificateSubject(CertificateName Name, string Value)
{
    private const string AlternativeNames = "2.5.29.17";

    // RFC 5280 section 4.2.1.6: the tags of GeneralName.
    private const int EmailTag = 1, DnsTag = 2, UriTag = 6, IpTag = 7;

    /// <summary>What is wrong with a name that somebody registers; null: nothing.</summary>
    public string? Fault => Name switch
    {
        CertificateName.SubjectDn when DistinguishedName.Parse(Value) is null =>
            "must be a name such as CN=client,O=Example,C=DE (RFC 4514), without parts of several values",
        CertificateName.Dns when System.Uri.CheckHostName(Value) != UriHostNameType.Dns => "must be a host name",
        CertificateName.Ip when !IPAddress.TryParse(Value, out _) => "must be an address",
        CertificateName.Email when !Value.Contains('@', StringComparison.Ordinal) => "must be an e-mail address",
        CertificateName.Uri when !System.Uri.IsWellFormedUriString(Value, UriKind.Absolute) => "must be an absolute URI",
        _ => null,
    };

    /// <summary>Whether the certificate is of this name; who has signed it is another question.</summary>
    public bool IsOf(X509Certificate2 certificate)
    {
        if (Name == CertificateName.SubjectDn) return DistinguishedName.Parse(Value) is { } name && name.IsOf(certificate);
        var extensions = certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).ToList();
        return extensions is [var names] && Holds(names.RawData);
    }

    private bool Holds(ReadOnlyMemory<byte> names)
    {
        try
        {
            var sequence = new AsnReader(names, AsnEncodingRules.DER).ReadSequence();
            while (sequence.HasData)
            {
                var tag = sequence.PeekTag();
                if (tag.TagClass == TagClass.ContextSpecific && IsSame(sequence, tag)) return true;
                if (tag.TagClass != TagClass.ContextSpecific || !IsText(tag.TagValue)) sequence.ReadEncodedValue();
            }

            return false;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }

    private static bool IsText(int tag) => tag is EmailTag or DnsTag or UriTag or IpTag;

    /// <summary>Reads one name, where it is of a kind that is compared.</summary>
    private bool IsSame(AsnReader sequence, Asn1Tag tag) => tag.TagValue switch
    {
        IpTag => IsAddress(sequence.ReadOctetString(tag)),
        // Exactly: a client has one name, and a wildcard would be the name of many.
        DnsTag => IsText(sequence, tag, CertificateName.Dns, StringComparison.OrdinalIgnoreCase),
        UriTag => IsText(sequence, tag, CertificateName.Uri, StringComparison.Ordinal),
        EmailTag => IsText(sequence, tag, CertificateName.Email, StringComparison.Ordinal),
        _ => false,
    };

    private bool IsText(AsnReader sequence, Asn1Tag tag, CertificateName name, StringComparison comparison)
    {
        var text = sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag);
        return Name == name && text.Equals(Value, comparison);
    }

    private bool IsAddress(byte[] bytes) => Name == CertificateName.Ip && bytes.Length is 4 or 16
        && IPAddress.TryParse(Value, out var address) && address.Equals(new IPAddress(bytes));
}
