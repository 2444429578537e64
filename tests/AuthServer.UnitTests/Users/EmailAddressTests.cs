using AuthServer.Users.EmailAddresses;

namespace AuthServer.UnitTests.Users;

public sealed class EmailAddressTests
{
    [Theory]
    [InlineData("alice@example.com")]
    [InlineData("first.last+tag@sub.example.co.uk")]
    [InlineData("o'brien@example.com")]
    [InlineData("root@localhost")]
    [InlineData("zoë@bücher.example")]
    [InlineData("用户@例子.世界")]
    [InlineData("a@xn--bcher-kva.example")]
    public void An_ordinary_address_is_valid(string text) => Assert.True(EmailAddress.IsValid(text));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("alice")]
    [InlineData("@example.com")]
    [InlineData("alice@")]
    [InlineData("a@b")]
    [InlineData("alice@example")]
    [InlineData("a@b@example.com")]
    [InlineData("alice@example..com")]
    [InlineData("alice@.example.com")]
    [InlineData("alice@example.com.")]
    [InlineData("alice@-example.com")]
    [InlineData("alice@exa_mple.com")]
    [InlineData("alice@exam ple.com")]
    [InlineData("alice@[127.0.0.1]")]
    [InlineData(".alice@example.com")]
    [InlineData("alice.@example.com")]
    [InlineData("al..ice@example.com")]
    [InlineData("\"al ice\"@example.com")]
    [InlineData("al ice@example.com")]
    [InlineData("alice(comment)@example.com")]
    [InlineData("alice\n@example.com")]
    [InlineData("alice@example.com\r\nBcc: x@y.z")]
    [InlineData("alice\u0000@example.com")]
    [InlineData("ali\u200Bce@example.com")]
    [InlineData("ali\u202Ece@example.com")]
    [InlineData("ali\u00A0ce@example.com")]
    [InlineData("ali\u3000ce@example.com")]
    [InlineData("alice\uFF20example.com")]
    [InlineData("alice\uFF20evil.com@example.com")]
    [InlineData("ali\uFFFDce@example.com")]
    [InlineData("ali\uFFFEce@example.com")]
    public void What_is_no_address_is_refused(string? text) => Assert.False(EmailAddress.IsValid(text));

    // Not inline data: attributes cannot hold half a pair.
    [Fact]
    public void Half_a_surrogate_pair_is_refused() => Assert.False(EmailAddress.IsValid("ali\ud800ce@example.com"));

    [Fact]
    public void A_local_part_has_at_most_64_characters_and_an_address_at_most_255()
    {
        var domain = string.Join('.', Enumerable.Repeat(new string('d', 60), 3)) + ".com";
        Assert.True(EmailAddress.IsValid(new string('a', 64) + "@example.com"));
        Assert.False(EmailAddress.IsValid(new string('a', 65) + "@example.com"));
        Assert.True(EmailAddress.IsValid(new string('a', 64) + "@" + domain));
        Assert.False(EmailAddress.IsValid(new string('a', 64) + "@" + new string('e', 60) + "." + domain));
        Assert.False(EmailAddress.IsValid("a@" + new string('d', 64) + ".com"));
    }

    [Fact]
    public void A_letter_that_unfolds_to_many_does_not_make_the_local_part_too_long_for_its_column() =>
        Assert.False(EmailAddress.IsValid(new string('\uFDFA', 60) + "@example.com"));
}
