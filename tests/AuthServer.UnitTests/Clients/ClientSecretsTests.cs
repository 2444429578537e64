using AuthServer.Clients.Secrets;

namespace AuthServer.UnitTests.Clients;

public sealed class ClientSecretsTests
{
    [Theory]
    [InlineData("short")]
    [InlineData("a-secret-of-thirty-two-characters-at-least")]
    public void A_secret_matches_its_hash_and_nothing_else(string secret)
    {
        var stored = ClientSecrets.Hash(secret);
        Assert.DoesNotContain(secret, stored, StringComparison.Ordinal);
        Assert.True(ClientSecrets.Verify(secret, stored));
        Assert.False(ClientSecrets.Verify(secret + "x", stored));
        Assert.False(ClientSecrets.Verify(secret.ToUpperInvariant(), stored));
        Assert.False(ClientSecrets.Verify(stored, stored));
    }

    [Fact]
    public void A_short_secret_is_stretched_with_a_salt_of_its_own_and_a_long_one_is_not()
    {
        Assert.NotEqual(ClientSecrets.Hash("short"), ClientSecrets.Hash("short"));
        Assert.False(ClientSecrets.IsFast(ClientSecrets.Hash("short")));
        Assert.True(ClientSecrets.IsFast(ClientSecrets.Hash(ClientSecrets.Generate())));
    }

    [Fact]
    public void A_generated_secret_has_256_bits_and_survives_http_basic()
    {
        var secrets = Enumerable.Range(0, 100).Select(_ => ClientSecrets.Generate()).ToHashSet();
        Assert.Equal(100, secrets.Count);
        Assert.All(secrets, s => Assert.Equal(s, Uri.EscapeDataString(s)));
        Assert.All(secrets, s => Assert.Equal(43, s.Length));
    }

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData("pbkdf2-sha256:")]
    [InlineData("pbkdf2-sha256:0:AAAA:AAAA")]
    [InlineData("pbkdf2-sha256:99999999:AAAA:AAAA")]
    [InlineData("sha256:AAAA")]
    public void A_stored_text_that_is_no_hash_matches_nothing(string stored) => Assert.False(ClientSecrets.Verify("plain", stored));
}
