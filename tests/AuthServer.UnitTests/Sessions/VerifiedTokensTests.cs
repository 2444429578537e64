using AuthServer.Keys;
using AuthServer.Sessions;

namespace AuthServer.UnitTests.Sessions;

/// <summary>The memory of signatures that were right: it must never say more than a verification would.</summary>
public sealed class VerifiedTokensTests
{
    private static readonly AccessToken Token = new("s", null, "c", "", ["a"], "i", 0, 0, null, null, null);
    private readonly VerifiedTokens _tokens = new();
    private int _verifications;

    [Fact]
    public void A_token_is_verified_once()
    {
        var keys = Keys();
        Assert.Same(Token, Ask(keys, "a"));
        Assert.Same(Token, Ask(keys, "a"));
        Assert.Equal(1, _verifications);
    }

    [Fact]
    public void A_token_that_did_not_verify_is_not_remembered()
    {
        var keys = Keys();
        for (var i = 0; i < 3; i++) Assert.Null(_tokens.GetOrAdd(keys, "a", Refuse));
        Assert.Equal(3, _verifications);
        Assert.Same(Token, Ask(keys, "a"));
    }

    [Fact]
    public void Other_keys_forget_everything_also_when_the_former_ones_come_back()
    {
        var (first, second) = (Keys(), Keys());
        Ask(first, "a");
        Assert.Null(_tokens.GetOrAdd(second, "a", Refuse));
        Assert.Null(_tokens.GetOrAdd(first, "a", Refuse));
    }

    [Fact]
    public void Only_what_is_not_used_for_two_generations_is_forgotten()
    {
        var keys = Keys();
        Ask(keys, "often");
        Ask(keys, "once");
        for (var i = 0; i < 30_000; i++)
        {
            Ask(keys, $"t{i}");
            if (i % 1_000 == 0) Ask(keys, "often");
        }

        Assert.Equal(30_002, _verifications);
        Ask(keys, "often");
        Assert.Equal(30_002, _verifications);
        Ask(keys, "once");
        Assert.Equal(30_003, _verifications);
    }

    [Fact]
    public async Task While_the_keys_change_nobody_gets_an_answer_of_the_former_ones()
    {
        // A key set answers with a token of its own, so that an answer tells which one verified it.
        RingSnapshot[] sets = [.. Enumerable.Range(0, 50).Select(_ => Keys())];
        var answers = sets.ToDictionary(k => k, k => Token with { Id = k.Unopened[0] });
        await Task.WhenAll(Enumerable.Range(0, 4).Select(worker => Task.Run(() =>
        {
            for (var n = 0; n < 20_000; n++)
            {
                var keys = sets[(n + worker) / 100 % sets.Length];
                var token = _tokens.GetOrAdd(keys, $"t{n % 20}", (k, _) => answers[k]);
                Assert.Equal(keys.Unopened[0], token!.Id);
            }
        })));
    }

    // Snapshots are compared by identity.
    private static RingSnapshot Keys() => RingSnapshot.Empty with { Unopened = [Guid.CreateVersion7().ToString()] };

    private AccessToken? Ask(RingSnapshot keys, string text) => _tokens.GetOrAdd(keys, text, (_, _) =>
    {
        Interlocked.Increment(ref _verifications);
        return Token;
    });

    private AccessToken? Refuse(RingSnapshot keys, string text)
    {
        Interlocked.Increment(ref _verifications);
        return null;
    }
}
