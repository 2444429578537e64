using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Clients.Secrets;
using AuthServer.Keys;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.Clients;

public sealed class ClientSecretsTests
{
    private const string Secret = "4f9c27d81be0653a4f9c27d81be0653b";

    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);
    private static readonly byte[] OtherKey = RandomNumberGenerator.GetBytes(32);

    private readonly FakeTimeProvider _time = new();
    private readonly ClientSecrets _secrets;

    public ClientSecretsTests() => _secrets = new(new SecretOptions { SecretKey = Key }, _time);

    [Fact]
    public void A_secret_matches_its_digest_and_nothing_else()
    {
        var stored = _secrets.Digest(Secret);
        Assert.DoesNotContain(Secret, stored, StringComparison.Ordinal);
        Assert.True(_secrets.Verify(Secret, stored));
        Assert.False(_secrets.Verify(Secret + "x", stored));
        Assert.False(_secrets.Verify(Secret.ToUpperInvariant(), stored));
        Assert.False(_secrets.Verify(stored, stored));
        Assert.False(_secrets.Verify("", stored));
        Assert.False(_secrets.Verify(new string('x', 100_000), stored));
    }

    [Fact]
    public void Without_the_key_a_stored_digest_verifies_nothing() =>
        Assert.False(new ClientSecrets(new() { SecretKey = OtherKey }, _time).Verify(Secret, _secrets.Digest(Secret)));

    [Fact]
    public void A_digest_under_the_previous_key_verifies_and_is_no_longer_current()
    {
        var stored = _secrets.Digest(Secret);
        var moved = new ClientSecrets(new() { SecretKey = OtherKey, SecretKeyPrevious = Key }, _time);
        Assert.True(moved.Verify(Secret, stored));
        Assert.False(moved.IsCurrent(Secret, stored));
        Assert.True(moved.IsCurrent(Secret, moved.Digest(Secret)));
        Assert.False(moved.IsCurrent(Secret + "x", moved.Digest(Secret)));
    }

    [Fact]
    public void The_former_form_of_long_secrets_verifies_and_is_not_current()
    {
        var stored = "sha256:" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)));
        Assert.True(_secrets.Verify(Secret, stored));
        Assert.False(_secrets.Verify(Secret + "x", stored));
        Assert.False(_secrets.IsCurrent(Secret, stored));
    }

    [Fact]
    public void During_a_rotation_two_secrets_are_valid_until_the_former_ones_time()
    {
        var next = ClientSecrets.Generate();
        var stored = _secrets.Rotate(next, _secrets.Digest(Secret), TimeSpan.FromHours(1));
        Assert.True(ClientSecrets.Knows(stored));
        Assert.Equal(
            (true, true, false), (_secrets.Verify(next, stored), _secrets.Verify(Secret, stored), _secrets.Verify(Secret + "x", stored)));
        Assert.Equal((true, false), (_secrets.IsCurrent(next, stored), _secrets.IsCurrent(Secret, stored)));
        Assert.Equal(_time.GetUtcNow().AddHours(1), _secrets.FormerValidUntil(stored));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(
            (true, false, null), (_secrets.Verify(next, stored), _secrets.Verify(Secret, stored), _secrets.FormerValidUntil(stored)));
    }

    [Fact]
    public void The_former_secret_ends_at_once_when_the_rotation_is_finished_or_keeps_nothing()
    {
        var next = ClientSecrets.Generate();
        var finished = ClientSecrets.WithoutFormer(_secrets.Rotate(next, _secrets.Digest(Secret), TimeSpan.FromHours(1)));
        Assert.Equal((true, false), (_secrets.Verify(next, finished), _secrets.Verify(Secret, finished)));
        Assert.Equal(finished, _secrets.Rotate(next, _secrets.Digest(Secret), TimeSpan.Zero));
    }

    [Fact]
    public void Only_the_newest_digest_moves_to_another_key_and_both_secrets_stay_valid()
    {
        var next = ClientSecrets.Generate();
        var stored = _secrets.Rotate(next, _secrets.Digest(Secret), TimeSpan.FromHours(1));
        var moved = new ClientSecrets(new() { SecretKey = OtherKey, SecretKeyPrevious = Key }, _time);
        Assert.Null(moved.Renew(Secret, stored));
        var renewed = moved.Renew(next, stored)!;
        Assert.Equal((true, true, true), (moved.IsCurrent(next, renewed), moved.Verify(next, renewed), moved.Verify(Secret, renewed)));
        Assert.Null(moved.Renew(next, renewed));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData(" 1")]
    [InlineData(" 1 ")]
    [InlineData(" x hmac-sha256:")]
    [InlineData(" 99999999999999999999 sha256:x")]
    [InlineData(" 9223372036854775807 hmac-sha256:00000000:x")]
    public void What_another_sql_client_wrote_behind_the_digest_is_no_secret(string more)
    {
        var stored = _secrets.Digest(Secret) + more;
        Assert.Equal((true, false), (_secrets.Verify(Secret, stored), _secrets.Verify(ClientSecrets.Generate(), stored)));
        Assert.Null(_secrets.FormerValidUntil(stored));
    }

    [Fact]
    public void A_generated_secret_has_256_bits_is_accepted_and_survives_http_basic()
    {
        var secrets = Enumerable.Range(0, 1000).Select(_ => ClientSecrets.Generate()).ToHashSet();
        Assert.Equal(1000, secrets.Count);
        Assert.All(secrets, s => Assert.Equal((64, s, null), (s.Length, Uri.EscapeDataString(s), ClientSecretRules.Fault(s))));
    }

    [Fact]
    public void No_usual_generator_makes_a_secret_that_is_refused()
    {
        for (var i = 0; i < 2000; i++)
        {
            var bytes = RandomNumberGenerator.GetBytes(32);
            Assert.Null(ClientSecretRules.Fault(Convert.ToBase64String(bytes)));
            Assert.Null(ClientSecretRules.Fault(Base64Url.EncodeToString(bytes)));
            Assert.Null(ClientSecretRules.Fault(Convert.ToHexStringLower(bytes[..16])));
            Assert.Null(ClientSecretRules.Fault(Guid.CreateVersion7().ToString()));
        }
    }

    /// <summary>What a generator of 32 hex characters makes once in a million times, and once in ten million.</summary>
    [Theory]
    [InlineData("0123456543210f0d9a012332104b7b2c")]
    [InlineData("00112233a5a5a0a1b5b3b0a2531a2b3a")]
    public void What_a_generator_makes_seldom_is_accepted_too(string secret) => Assert.Null(ClientSecretRules.Fault(secret));

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("4f9c27d81be0653a4f9c27d81be0653")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("abcd1234abcd1234abcd1234abcd1234abcd1234")]
    [InlineData("abcdefghijklmnopqrstuvwxyz0123456789")]
    [InlineData("the-secret-of-our-web-application")]
    [InlineData("correct horse battery staple again")]
    [InlineData("change-me-change-me-before-2027-1Q")]
    [InlineData("Password1234Password5678Password90")]
    [InlineData("1010101010101010010101110101001010101")]
    [InlineData("4f9c27d81be0653a4f9c27d81be0653\u00e4\u00e4")]
    public void A_secret_that_can_be_guessed_is_refused_with_the_command_that_makes_one(string secret)
    {
        Assert.Contains("openssl rand -hex 32", ClientSecretRules.Fault(secret), StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => _secrets.Digest(secret));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Secret)]
    [InlineData("hmac-sha256:")]
    [InlineData("hmac-sha256:00000000")]
    [InlineData("hmac-sha256:00000000:AAAA")]
    [InlineData("pbkdf2-sha256:20000:AAAA:AAAA")]
    [InlineData("sha256:AAAA")]
    [InlineData("sha256:!!!")]
    [InlineData("sha256:")]
    public void A_stored_text_of_another_form_matches_nothing(string stored) => Assert.False(_secrets.Verify(Secret, stored));

    [Fact]
    public void A_damaged_digest_matches_nothing()
    {
        var stored = _secrets.Digest(Secret);
        for (var i = 0; i < stored.Length; i++) Assert.False(_secrets.Verify(Secret, stored[..i]));
    }

    [Fact]
    public void The_previous_key_is_needed_as_long_as_a_valid_secret_matches_only_with_it()
    {
        var both = new ClientSecrets(new SecretOptions { SecretKey = OtherKey, SecretKeyPrevious = Key }, _time);
        Assert.True(both.NeedsPreviousKey(_secrets.Digest(Secret)));
        Assert.False(both.NeedsPreviousKey(both.Digest(Secret)));
        // No key at all, and one that is gone.
        Assert.False(both.NeedsPreviousKey("sha256:" + Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(Secret)))));
        Assert.False(both.NeedsPreviousKey("hmac-sha256:00000000:AAAA"));

        var rotated = both.Rotate(ClientSecrets.Generate(), _secrets.Digest(Secret), TimeSpan.FromHours(1));
        Assert.True(both.NeedsPreviousKey(rotated));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.False(both.NeedsPreviousKey(rotated));
        var same = new ClientSecrets(new() { SecretKey = Key, SecretKeyPrevious = Key }, _time);
        Assert.False(same.NeedsPreviousKey(_secrets.Digest(Secret)));
    }

    [Fact]
    public void Comparing_allocates_nothing()
    {
        var stored = _secrets.Digest(Secret);
        for (var i = 0; i < 1000; i++) _secrets.Verify(Secret, stored);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) _secrets.Verify(Secret, stored);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
