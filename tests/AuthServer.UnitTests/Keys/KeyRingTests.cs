using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Keys;

namespace AuthServer.UnitTests.Keys;

/// <summary>Which keys of the ring sign and verify, as time passes and nothing else happens.</summary>
public sealed class KeyRingTests
{
    [Theory]
    [InlineData(RingKeys.Es256)]
    [InlineData(RingKeys.Rs256)]
    public async Task An_announced_key_signs_from_its_time_on_and_the_former_one_verifies_for_the_life_of_its_last_token(string algorithm)
    {
        await using var ring = await TestRing.CreateAsync();
        var old = ring.Ring.Current.Signer(algorithm).Kid;
        var next = await ring.AddAsync(algorithm, KeyLife.Announcement);
        Assert.Equal(old, ring.Ring.Current.Signer(algorithm).Kid);
        Assert.Contains(ring.Ring.Current.Signing, k => k.Kid == next);

        var before = ring.Ring.Current;
        await ring.AdvanceAsync(KeyLife.Announcement);
        Assert.NotSame(before, ring.Ring.Current);
        Assert.Equal(next, ring.Ring.Current.Signer(algorithm).Kid);

        // Whatever the settings say: the longest life that an access or ID token may have, and five minutes for clocks.
        var longest = SettingText.Duration(LongestLifetimes.AccessToken)!.Value + TimeSpan.FromMinutes(5);
        Assert.Equal(TimeSpan.FromMinutes(20), longest);
        await ring.AdvanceAsync(longest - TimeSpan.FromSeconds(1));
        Assert.Contains(ring.Ring.Current.Signing, k => k.Kid == old);
        var changed = false;
        using var told = ring.Ring.Changes.RegisterChangeCallback(_ => changed = true, null);
        await ring.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.True(changed);
        Assert.DoesNotContain(ring.Ring.Current.Signing, k => k.Kid == old);
    }

    [Theory]
    [InlineData(RingKeys.Refresh)]
    [InlineData(RingKeys.Encryption)]
    public async Task A_retired_key_of_sessions_is_kept_for_thirty_days(string algorithm)
    {
        await using var ring = await TestRing.CreateAsync();
        await ring.AddAsync(algorithm, TimeSpan.Zero);
        await ring.AdvanceAsync(TimeSpan.FromDays(30) - TimeSpan.FromSeconds(1));
        Assert.Equal(2, Of(ring).Length);
        await ring.AdvanceAsync(TimeSpan.FromSeconds(1));
        Assert.Single(Of(ring));

        System.Collections.Immutable.ImmutableArray<SecretRingKey> Of(TestRing r) =>
            algorithm == RingKeys.Refresh ? r.Ring.Current.Refresh : r.Ring.Current.Encryption;
    }

    [Fact]
    public async Task A_removed_key_is_gone_with_the_next_reading()
    {
        await using var ring = await TestRing.CreateAsync();
        var old = ring.Ring.Current.Signer(RingKeys.Es256).Kid;
        await ring.AddAsync(RingKeys.Es256, TimeSpan.Zero);
        await ring.RemoveAsync(old);
        Assert.DoesNotContain(ring.Ring.Current.Signing, k => k.Kid == old);
    }

    [Fact]
    public async Task A_key_of_another_secret_is_left_out_and_the_former_one_goes_on_signing()
    {
        await using var ring = await TestRing.CreateAsync();
        var old = ring.Ring.Current.Signer(RingKeys.Rs256).Kid;
        var other = new RingKeys(new SecretOptions { JwtSecret = RandomNumberGenerator.GetBytes(32) });
        var unopened = await ring.AddAsync(RingKeys.Rs256, TimeSpan.Zero, other);
        await ring.AdvanceAsync(TimeSpan.FromDays(1));
        Assert.Equal(old, ring.Ring.Current.Signer(RingKeys.Rs256).Kid);
        Assert.Equal([unopened], ring.Ring.Current.Unopened);
        Assert.True(ring.Ring.Current.IsComplete);
    }

    [Theory]
    [InlineData(10, null, 20, KeyState.Announced)]
    [InlineData(10, null, 10, KeyState.Active)]
    [InlineData(10, 30, 20, KeyState.Active)]
    [InlineData(10, 30, 30, KeyState.Retired)]
    public void The_state_of_a_key_follows_from_its_times(int activeFrom, int? retiredAt, int now, KeyState expected)
    {
        var start = DateTime.UnixEpoch;
        // An announced key begins after now.
        var from = start.AddMinutes(expected == KeyState.Announced ? now + activeFrom : activeFrom);
        var key = new RingKey { Kid = "k", Algorithm = RingKeys.Es256, SealedKey = [], ActiveFrom = from,
            RetiredAt = retiredAt is { } r ? start.AddMinutes(r) : null };
        Assert.Equal(expected, KeyLife.StateOf(key, start.AddMinutes(now)));
        Assert.Equal(retiredAt is { } at ? start.AddMinutes(at + 20) : null, KeyLife.Until(key));
    }
}
