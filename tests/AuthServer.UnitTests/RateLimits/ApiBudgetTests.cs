using AuthServer.RateLimits;
using Microsoft.Extensions.Time.Testing;

namespace AuthServer.UnitTests.RateLimits;

public sealed class ApiBudgetTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly ThrottleKeys _keys = new();

    [Fact]
    public void Each_call_takes_one_and_the_last_one_is_told_that_nothing_is_left()
    {
        var budget = New(3);
        var key = _keys.OfSubject("alice");
        Assert.Equal([2, 1, 0], Enumerable.Range(0, 3).Select(_ => Person(budget, key).Remaining));
        Assert.Equal(new BudgetState(false, 3, 0, TimeSpan.FromHours(1)), Person(budget, key));
        Assert.True(Person(budget, _keys.OfSubject("bob")).Admitted);
    }

    [Fact]
    public void The_whole_budget_is_back_an_hour_after_the_first_call_and_not_earlier()
    {
        var budget = New(2);
        var key = _keys.OfSubject("alice");
        Person(budget, key);
        _time.Advance(TimeSpan.FromMinutes(59));
        Person(budget, key);
        Assert.Equal(new BudgetState(false, 2, 0, TimeSpan.FromMinutes(1)), Person(budget, key));
        _time.Advance(TimeSpan.FromMinutes(1) - TimeSpan.FromTicks(1));
        Assert.False(Person(budget, key).Admitted);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(new BudgetState(true, 2, 1, TimeSpan.FromHours(1)), Person(budget, key));
    }

    [Fact]
    public void An_address_and_a_person_never_share_a_budget()
    {
        var budget = New(1);
        var key = _keys.OfSubject("alice");
        Assert.True(Person(budget, key).Admitted);
        Assert.True(Now(budget.TakeForAddressAsync(key)).Admitted);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(1000)]
    public async Task Of_fifty_callers_at_once_exactly_the_budget_passes(int limit)
    {
        var budget = New(limit);
        var key = _keys.OfSubject("alice");
        var passed = 0;
        var leftovers = new System.Collections.Concurrent.ConcurrentBag<int>();
        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 40; i++)
            {
                var state = Person(budget, key);
                if (!state.Admitted) continue;
                Interlocked.Increment(ref passed);
                leftovers.Add(state.Remaining);
            }
        })));
        Assert.Equal(limit, passed);
        // Each of them was told another number: nobody was counted twice or not at all.
        Assert.Equal(Enumerable.Range(0, limit), leftovers.Order());
    }

    [Fact]
    public void Fifty_thousand_people_are_counted_apart()
    {
        var budget = New(1);
        var everybody = Enumerable.Range(0, 50_000).Select(i => _keys.OfSubject($"person {i}")).ToList();
        Assert.All(everybody, key => Assert.True(Person(budget, key).Admitted));
        Assert.All(everybody, key => Assert.False(Person(budget, key).Admitted));
    }

    private static BudgetState Person(ApiBudget budget, UInt128 key) => Now(budget.TakeForPersonAsync(key));

    /// <summary>Without Redis a verdict is there at once: no request leaves its thread for it.</summary>
    private static BudgetState Now(ValueTask<BudgetState> verdict)
    {
        Assert.True(verdict.IsCompletedSuccessfully);
        return verdict.GetAwaiter().GetResult();
    }

    private ApiBudget New(int perHour) => new(new RateLimitOptions { PerHour = perHour }, _time);
}
