using AuthServer.Protocol.Token;

namespace AuthServer.UnitTests.Protocol;

/// <summary>RFC 7636 sections 4.1 and 4.6, and its appendix B.</summary>
public sealed class CodeVerifierTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Fact]
    public void The_verifier_of_appendix_B_proves_its_challenge()
    {
        Assert.True(CodeVerifier.Proves(Challenge, Verifier));
        Assert.False(CodeVerifier.Proves(Challenge, Verifier[..^1] + "l"));
        Assert.False(CodeVerifier.Proves(Challenge, Challenge));
        Assert.False(CodeVerifier.Proves(Challenge + "=", Verifier));
        Assert.False(CodeVerifier.Proves("", Verifier));
    }

    [Fact]
    public void A_challenge_needs_a_verifier_and_a_verifier_a_challenge()
    {
        Assert.True(CodeVerifier.Proves(null, null));
        Assert.False(CodeVerifier.Proves(Challenge, null));
        Assert.False(CodeVerifier.Proves(null, Verifier));
    }

    [Theory]
    [InlineData(42, 'a', false)]
    [InlineData(43, 'a', true)]
    [InlineData(43, '~', true)]
    [InlineData(43, '.', true)]
    [InlineData(43, '+', false)]
    [InlineData(43, '/', false)]
    [InlineData(43, '=', false)]
    [InlineData(43, ' ', false)]
    [InlineData(43, '\u00e4', false)]
    [InlineData(128, 'Z', true)]
    [InlineData(129, 'Z', false)]
    [InlineData(0, 'a', false)]
    public void A_verifier_is_43_to_128_unreserved_characters(int length, char letter, bool isWellFormed) =>
        Assert.Equal(isWellFormed, CodeVerifier.IsWellFormed(new string(letter, length)));
}
