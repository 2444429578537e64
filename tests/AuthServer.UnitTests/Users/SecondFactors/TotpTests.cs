using System.Text;
using AuthServer.Users.SecondFactors;

namespace AuthServer.UnitTests.Users.SecondFactors;

/// <summary>RFC 6238 appendix B (the last six digits of its eight) and section 5.2; RFC 4648 section 10.</summary>
public sealed class TotpTests
{
    private static readonly byte[] Secret = Encoding.ASCII.GetBytes("12345678901234567890");

    [Theory]
    [InlineData(59, "287082")]
    [InlineData(1111111109, "081804")]
    [InlineData(1111111111, "050471")]
    [InlineData(1234567890, "005924")]
    [InlineData(2000000000, "279037")]
    [InlineData(20000000000, "353130")]
    public void Codes_are_those_of_the_standard(long seconds, string code)
    {
        var time = DateTimeOffset.FromUnixTimeSeconds(seconds);
        Assert.Equal(code, Totp.CodeOf(Secret, Totp.StepAt(time)));
        Assert.Equal(Totp.StepAt(time), Totp.FindStep(Secret, code, time));
    }

    [Theory]
    [InlineData(-2, false)]
    [InlineData(-1, true)]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_code_counts_one_step_before_and_after_its_own(int steps, bool counts)
    {
        var now = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);
        var step = Totp.StepAt(now) + steps;
        Assert.Equal(counts ? step : null, Totp.FindStep(Secret, Totp.CodeOf(Secret, step), now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("28708")]
    [InlineData("2870820")]
    [InlineData("２８７０８２")]
    public void What_is_not_six_digits_is_no_code(string typed) =>
        Assert.Null(Totp.FindStep(Secret, typed, DateTimeOffset.FromUnixTimeSeconds(59)));

    [Theory]
    [InlineData("", "")]
    [InlineData("f", "MY")]
    [InlineData("fo", "MZXQ")]
    [InlineData("foo", "MZXW6")]
    [InlineData("foob", "MZXW6YQ")]
    [InlineData("fooba", "MZXW6YTB")]
    [InlineData("foobar", "MZXW6YTBOI")]
    public void Base32_is_that_of_the_standard(string text, string encoded)
    {
        Assert.Equal(encoded, Base32.Encode(Encoding.ASCII.GetBytes(text)));
        Assert.Equal(text, Encoding.ASCII.GetString(Base32.Decode(encoded)!));
    }

    [Fact]
    public void A_key_is_read_in_groups_and_its_address_is_escaped()
    {
        Assert.Null(Base32.Decode("MZXW1"));
        Assert.Equal("MZXW 6YTB OI", Base32.Grouped("MZXW6YTBOI", ' '));
        Assert.Equal(
            "otpauth://totp/North%20%26%20West:alice%2Btest%40example.com?secret=MZXW6YTBOI&issuer=North%20%26%20West",
            EnrolmentKeys.AddressOf("MZXW6YTBOI", "North & West", "alice+test@example.com"));
    }
}
