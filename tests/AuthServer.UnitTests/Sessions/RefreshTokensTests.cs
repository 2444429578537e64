using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Keys;
using AuthServer.Sessions;
using AuthServer.UnitTests.Fuzzing;
using AuthServer.UnitTests.Keys;

namespace AuthServer.UnitTests.Sessions;

/// <summary>Refresh tokens authenticate themselves: nobody makes one, or the successor of one, without a key of the ring.</summary>
public sealed class RefreshTokensTests : IAsyncLifetime
{
    private static readonly Guid Session = Guid.Parse("0199c3a5-7f31-7c52-9a4e-1f6b2d83c901");
    private TestRing _ring = null!;
    private RefreshTokens _tokens = null!;

    public async ValueTask InitializeAsync()
    {
        _ring = await TestRing.CreateAsync();
        _tokens = new(_ring.Ring);
    }

    public ValueTask DisposeAsync() => _ring.DisposeAsync();

    [Fact]
    public void A_token_is_read_as_it_was_made()
    {
        var first = _tokens.First(Session);
        var read = _tokens.Read(first.Text)!;
        Assert.Equal((Session, 0), (read.SessionId, read.Counter));
        Assert.Equal(first.Secret, read.Secret);
        Assert.Equal(RefreshTokens.Length, first.Text.Length);
        Assert.True(RefreshTokens.HasForm(first.Text));
        Assert.NotEqual(first.Text, _tokens.First(Session).Text);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(first.Text))), first.Hash);
    }

    [Fact]
    public void A_successor_follows_from_the_token_counts_up_and_keeps_its_session()
    {
        var token = _tokens.First(Session);
        for (var counter = 1; counter <= 5; counter++)
        {
            var next = _tokens.Successor(token);
            Assert.Equal(next.Text, _tokens.Successor(token).Text);
            Assert.Equal((Session, counter), (next.SessionId, next.Counter));
            Assert.NotEqual(token.Secret, next.Secret);
            Assert.Equal(next.Secret, _tokens.Read(next.Text)!.Secret);
            token = next;
        }
    }

    [Fact]
    public void The_successor_is_the_hmac_that_the_design_names()
    {
        // HMAC-SHA-256(K, "refresh/1" || session id || counter + 1 || presented secret), cut to 128 bits.
        var token = _tokens.Successor(_tokens.First(Session));
        var counter = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(counter, 2);
        byte[] input = [.. "refresh/1"u8, .. Session.ToByteArray(bigEndian: true), .. counter, .. token.Secret];
        Assert.Equal(HMACSHA256.HashData(_ring.Ring.Current.Refresh[0].Value, input)[..16], _tokens.Successor(token).Secret);
    }

    [Fact]
    public void No_bit_can_be_changed()
    {
        var bytes = Base64Url.DecodeFromChars(_tokens.First(Session).Text);
        for (var bit = 0; bit < bytes.Length * 8; bit++)
        {
            var forged = (byte[])bytes.Clone();
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Null(_tokens.Read(Base64Url.EncodeToString(forged)));
        }
    }

    [Fact]
    public async Task Across_a_rotation_a_token_is_still_read_and_a_retry_finds_its_successor()
    {
        var presented = _tokens.First(Session);
        var answered = _tokens.Successor(presented);
        await _ring.AddAsync(RingKeys.Refresh, KeyLife.Announcement);
        Assert.Equal(answered.Text, _tokens.Successor(presented).Text);
        await _ring.AdvanceAsync(KeyLife.Announcement);
        Assert.NotEqual(answered.Text, _tokens.Successor(presented).Text);
        Assert.Equal(2, _tokens.Successors(presented).Count());
        Assert.Contains(_tokens.Successors(presented), s => s.Text == answered.Text);
        Assert.NotNull(_tokens.Read(presented.Text));
        // Retired for thirty days: no session of before is left.
        await _ring.AdvanceAsync(TimeSpan.FromDays(30));
        Assert.Null(_tokens.Read(presented.Text));
    }

    [Fact]
    public async Task A_token_of_another_ring_is_refused_also_with_the_name_of_our_key()
    {
        await using var other = await TestRing.CreateAsync();
        var foreign = Base64Url.DecodeFromChars(new RefreshTokens(other.Ring).First(Session).Text);
        Assert.Null(_tokens.Read(Base64Url.EncodeToString(foreign)));
        BinaryPrimitives.WriteUInt32BigEndian(foreign.AsSpan(1), _ring.Ring.Current.Refresh[0].Mark);
        Assert.Null(_tokens.Read(Base64Url.EncodeToString(foreign)));
    }

    [Fact]
    public void No_text_is_thrown_at_and_none_but_the_token_is_accepted()
    {
        var good = _tokens.First(Session).Text;
        Fuzz.Run([0, 1, 2, 3, 4, 5, 6, 7], dice =>
        {
            var text = new StringBuilder(dice.Percent(80) ? good : dice.Word(RefreshTokens.Length));
            for (var n = dice.Below(3) + 1; n > 0; n--)
            {
                var at = dice.Below(Math.Max(1, text.Length));
                if (text.Length == 0 || dice.Percent(20))
                {
                    text.Insert(Math.Min(at, text.Length), dice.Of("=", " ", "\0", ".", "\ud800", dice.Word(3)));
                }
                else if (dice.Percent(20)) text.Remove(at, Math.Min(dice.Of(1, 4, 100), text.Length - at));
                else text[at] = dice.Of('A', '-', '_', '+', '/', '=', ' ', '\n', '\0', (char)dice.Below(65_536));
            }

            var changed = text.ToString();
            var read = _tokens.Read(changed);
            Assert.True(read is null || changed == good, changed);
            RefreshTokens.HasForm(changed);
        });
    }
}
