using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Clients.PublicKeys;

namespace AuthServer.UnitTests.Clients;

/// <summary>Names as RFC 4514 writes them.</summary>
public sealed class DistinguishedNameTests
{
    [Theory]
    [InlineData("CN=payments,O=Example", "CN=payments,O=Example")]
    [InlineData("cn=PAYMENTS, o=  Example ", "CN=payments,O=Example")]
    [InlineData("2.5.4.3=payments,O=Example", "CN=payments,O=Example")]
    [InlineData("CN=pay\\6dents,O=Example", "CN=payments,O=Example")]
    [InlineData("CN=#0c087061796d656e7473,O=Example", "CN=payments,O=Example")]
    [InlineData("CN=payments\\, inc,O=Ex\\=ample", "CN=\"payments, inc\",O=\"Ex=ample\"")]
    [InlineData("CN=Ü\\c3\\bc,O=Example", "CN=Üü,O=Example")]
    [InlineData("E=a@example.test,CN=a", "E=a@example.test,CN=a")]
    public void One_name_is_written_in_several_ways(string registered, string subject)
    {
        using var certificate = Certificate(subject);
        Assert.True(DistinguishedName.Parse(registered)!.IsOf(certificate));
    }

    [Theory]
    [InlineData("CN=payments", "CN=payments,O=Example")]
    [InlineData("CN=payments,O=Example", "O=Example,CN=payments")]
    [InlineData("CN=payments,O=Example", "CN=\"payments,O=Example\"")]
    [InlineData("CN=payments,O=Example", "OU=payments,O=Example")]
    [InlineData("CN=pay ments", "CN=payments")]
    public void Another_name_is_another_name(string registered, string subject)
    {
        using var certificate = Certificate(subject);
        Assert.False(DistinguishedName.Parse(registered)!.IsOf(certificate));
    }

    [Theory]
    [InlineData("")]
    [InlineData("payments")]
    [InlineData("CN=a,")]
    [InlineData("CN=a+O=b")]
    [InlineData("CN=a;O=b")]
    [InlineData("CN=\"a\"")]
    [InlineData("CN=a\\")]
    [InlineData("CN=a\\x")]
    [InlineData("CN=#zz")]
    [InlineData("CN=#0500")]
    [InlineData("NOBODY=a")]
    public void What_is_no_name_is_refused(string text) => Assert.Null(DistinguishedName.Parse(text));

    // The value of CN: a PrintableString with a sign that such a text does not have, and an IA5String with a letter beyond ASCII.
    [Theory]
    [InlineData("130140")]
    [InlineData("1601FF")]
    public void A_subject_that_is_not_of_its_encoding_is_another_name(string value)
    {
        var length = value.Length / 2;
        using var certificate = Certificate(new X500DistinguishedName(
            Convert.FromHexString($"30{length + 9:X2}31{length + 7:X2}30{length + 5:X2}0603550403{value}")));
        Assert.False(DistinguishedName.Parse("CN=payments")!.IsOf(certificate));
    }

    private static X509Certificate2 Certificate(string subject) => Certificate(new X500DistinguishedName(subject));

    private static X509Certificate2 Certificate(X500DistinguishedName subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(now, now.AddDays(1));
    }
}
