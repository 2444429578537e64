using System.Text;
using AuthServer.Users.EmailAddresses;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace AuthServer.UnitTests.Users;

/// <summary>Two addresses with one key are one account.</summary>
public sealed class EmailKeyTests
{
    [Property]
    public bool The_key_of_a_key_is_itself(NonNull<string> text) => EmailKey.Of(EmailKey.Of(text.Get)) == EmailKey.Of(text.Get);

    [Fact]
    public void The_key_of_a_key_is_itself_for_every_letter_there_is()
    {
        var moved = new List<string>();
        for (var point = 0; point <= 0x10FFFF; point++)
        {
            if (!Rune.IsValid(point)) continue;
            var key = EmailKey.Of($"a{new Rune(point)}\u0345@example.com");
            if (EmailKey.Of(key) != key) moved.Add(point.ToString("X4", System.Globalization.CultureInfo.InvariantCulture));
        }

        Assert.Empty(moved);
    }

    [Property(Arbitrary = [typeof(Addresses)])]
    public bool Case_does_not_matter(string address) =>
        EmailKey.Of(address) == EmailKey.Of(address.ToUpperInvariant()) && EmailKey.Of(address) == EmailKey.Of(address.ToLowerInvariant());

    [Property(Arbitrary = [typeof(Addresses)])]
    public bool The_unicode_form_does_not_matter(string address) =>
        new[] { NormalizationForm.FormC, NormalizationForm.FormD, NormalizationForm.FormKC, NormalizationForm.FormKD }
            .All(form => EmailKey.Of(address.Normalize(form)) == EmailKey.Of(address));

    [Theory]
    [InlineData("Alice@Example.COM", "alice@example.com")]
    [InlineData("ＡＬＩＣＥ@example.com", "alice@example.com")]
    [InlineData("zoë@example.com", "zoe\u0308@EXAMPLE.com")]
    [InlineData("me@bücher.example", "me@XN--BCHER-KVA.example")]
    [InlineData("me@BÜCHER.example", "me@xn--bcher-kva.example")]
    [InlineData("ὀδυσσεύς@example.com", "ὈΔΥΣΣΕΎΣ@example.com")]
    [InlineData("ﬁn@example.com", "FIN@example.com")]
    [InlineData("me@example。com", "me@example.com")]
    public void Spellings_of_one_address_have_one_key(string one, string other) => Assert.Equal(EmailKey.Of(one), EmailKey.Of(other));

    [Theory]
    [InlineData("alice@example.com", "alice@example.org")]
    [InlineData("alice+tag@example.com", "alice@example.com")]
    [InlineData("a.lice@example.com", "alice@example.com")]
    [InlineData("zoe@example.com", "zoë@example.com")]
    public void Different_addresses_have_different_keys(string one, string other) => Assert.NotEqual(EmailKey.Of(one), EmailKey.Of(other));

    [Fact]
    public void A_plain_address_has_the_key_that_the_database_trigger_makes() =>
        Assert.Equal(EmailKey.OfSqlClient("Alice@Example.com"), EmailKey.Of("Alice@Example.com"));

    [Theory]
    [InlineData("")]
    [InlineData("\uFFFE@\uFFFF")]
    [InlineData("@")]
    [InlineData("a@..")]
    public void A_text_that_is_no_address_has_a_key_too(string text) => Assert.Equal(EmailKey.Of(text), EmailKey.Of(EmailKey.Of(text)));

    [Fact]
    public void Half_a_surrogate_pair_has_a_key() => Assert.Equal("a\uFFFD@example.com", EmailKey.Of("A\ud800@example.com"));

    private static class Addresses
    {
        public static Arbitrary<string> Address()
        {
            var letter = Gen.Elements(
                "a", "B", "z", "ä", "Ö", "é", "e\u0301", "ñ", "Σ", "σ", "ж", "Ж", "ﬁ", "Ａ", "日", "한", "1", "+", "-", "_");
            var label = Gen.Elements("example", "BÜCHER", "bücher", "mail", "ΠΑΡΆΔΕΙΓΜΑ", "пример", "例え");
            return (from letters in Gen.NonEmptyListOf(letter)
                    from labels in Gen.NonEmptyListOf(label)
                    select string.Concat(letters) + "@" + string.Join('.', labels.Take(4)) + ".com").ToArbitrary();
        }
    }
}
