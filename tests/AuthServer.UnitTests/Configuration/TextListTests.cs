using System.Collections.Immutable;
using AuthServer.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class TextListTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("x", "")]
    [InlineData("a x", "a")]
    [InlineData("x a", "a")]
    [InlineData("a x b x x c", "a b c")]
    [InlineData("x x x", "")]
    public void Keep_leaves_out_what_does_not_pass(string values, string expected) =>
        Assert.Equal(expected, string.Join(' ', SplitAll(values).Keep("x", static (value, bad) => value != bad)));

    [Theory]
    [InlineData("", "")]
    [InlineData("a b a", "a b")]
    [InlineData("a A", "a A")]
    public void Once_keeps_the_first_of_equal_values(string values, string expected) =>
        Assert.Equal(expected, string.Join(' ', SplitAll(values).Once()));

    [Fact]
    public void Nothing_is_allocated_when_every_value_passes_once()
    {
        var values = SplitAll("openid profile email");
        Repeat();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Repeat();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Repeat()
        {
            for (var i = 0; i < 1000; i++) _ = values.Keep("x", static (value, bad) => value != bad).Once();
        }
    }

    private static ImmutableArray<string> SplitAll(string values) => [.. values.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
}
