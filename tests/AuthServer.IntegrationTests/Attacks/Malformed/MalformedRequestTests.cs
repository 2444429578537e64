using System.Text;
using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>
/// Thousands of malformed requests to every endpoint of a real server: each is refused in the form of its endpoint, and nothing breaks or
/// is lost.
/// </summary>
public sealed class MalformedRequestTests
{
    private const int MostShown = 25, Mutated = 2000;

    [Theory]
    [InlineData(DatabaseKind.Sqlite, 11UL)]
    [InlineData(DatabaseKind.Postgres, 12UL)]
    public async Task No_malformed_request_breaks_anything(DatabaseKind kind, ulong seed)
    {
        await using var scene = await Scene.OpenAsync(kind);
        var server = new RawServer(scene.Address.Port);
        var protectedRows = await scene.ProtectedRowsAsync();
        var users = await scene.UsersAsync();
        var (wrong, statuses, hosted) = (new Dictionary<string, string>(), new Dictionary<int, int>(), 0);
        var requests = 0;
        foreach (var wire in Sweep(scene, seed).Concat(UserAgents(scene, seed)).Concat(Random(scene, seed)))
        {
            var i = requests++;
            var text = wire.ToString();
            var answer = await server.SendAsync(text);
            statuses[answer.Status] = statuses.GetValueOrDefault(answer.Status) + 1;
            if (Verdict.On(wire, answer) is { } verdict)
            {
                wrong.TryAdd(
                    $"{verdict}, {answer.Status} {wire.Path}",
                    $"{verdict} (seed {seed}, request {i})\n{Shown(text)}\n--- answered\n{Shown(answer.ToString())}");
            }
            if (IsSignUp(wire, answer)) hosted++;
            await FollowAsync(scene, users, wire, answer);
        }

        TestContext.Current.SendDiagnosticMessage(
            $"{kind}: {requests} requests; {string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key}: {s.Value}"))}");
        Assert.True(
            wrong.Count == 0,
            $"{wrong.Count} kinds of wrong answers:\n\n{string.Join("\n\n========\n", wrong.Values.Take(MostShown))}\n\n" +
            $"--- log\n{Failures(scene)}");
        Assert.Equal("", Failures(scene));
        // No caller has drawn on the console or made up a line of it.
        Assert.DoesNotContain(scene.Server.Output + scene.Server.Errors, c => char.IsControl(c) && c != '\n');
        Assert.DoesNotContain(
            (scene.Server.Output + "\n" + scene.Server.Errors).Split('\n'), l => l.StartsWith("forged", StringComparison.Ordinal));
        // Accounts are those that an answer spoke of: a refusal made none, and no deletion that was refused took one.
        var now = await scene.UsersAsync();
        Assert.Empty(users.Except(now));
        Assert.Equal(users.Count + hosted, now.Count);
        Assert.Equal(protectedRows, await scene.ProtectedRowsAsync());
        Assert.True((await Seed.Patient(scene.Issuer).RefreshAsync(scene.VictimToken)).IsOk);
        // It refused most of them, and not all: the right ones among them are answered.
        Assert.True(statuses.GetValueOrDefault(200) > requests / 50, "Hardly a request was right; the attack did not get to the inside.");
        Assert.True(statuses.Where(s => s.Key >= 400).Sum(s => s.Value) > requests / 2);
    }

    /// <summary>Each part of each request with each of the values that most often break something.</summary>
    private static IEnumerable<Wire> Sweep(Scene scene, ulong seed)
    {
        var dice = new Dice(seed);
        var step = 100_000;
        for (var target = 0; target < Targets.All(dice, scene, step).Count; target++)
        {
            var parts = Attack.PartsOf(Targets.All(dice, scene, step)[target].Make());
            for (var part = 0; part < parts; part++)
            {
                for (var value = 0; value < Attack.CoreValues; value++)
                {
                    yield return Attack.Put(Targets.All(dice, scene, ++step)[target].Make(), part, value);
                }
            }
        }
    }

    /// <summary>Every endpoint as each of the hostile callers.</summary>
    private static IEnumerable<Wire> UserAgents(Scene scene, ulong seed)
    {
        var dice = new Dice(seed);
        for (var target = 0; target < Targets.All(dice, scene, 0).Count; target++)
        {
            foreach (var agent in Hostile.Agents)
            {
                yield return Targets.All(dice, scene, 900_000 + target)[target].Make().With("User-Agent", agent);
            }
        }
    }

    private static IEnumerable<Wire> Random(Scene scene, ulong seed)
    {
        for (var i = 0; i < Mutated; i++)
        {
            // Each request has dice of its own: one failure is repeated without those before it.
            var dice = new Dice((seed << 32) + (ulong)i);
            var wire = dice.Weighted(Targets.All(dice, scene, i))();
            for (var left = dice.Weighted((5, 0), (60, 1), (25, 2), (10, 4)); left > 0; left--) wire = Attack.Break(dice, wire);
            yield return wire;
        }
    }

    // However the path is written: who has signed up is sent on with a session.
    private static bool IsSignUp(Wire wire, RawAnswer answer) =>
        answer.Status == 200 && Uri.UnescapeDataString(wire.Path).Contains("signup", StringComparison.OrdinalIgnoreCase)
            && answer.Headers.Any(h => h.Value.StartsWith("authplatform-session=", StringComparison.Ordinal));

    private static async Task FollowAsync(Scene scene, HashSet<Guid> users, Wire wire, RawAnswer answer)
    {
        if (answer.Status == 201 && answer.Header("Location") is { } made) users.Add(Guid.Parse(made[^36..]));
        if (answer.Status != 204 || wire.Method != "DELETE") return;
        var path = Uri.UnescapeDataString(wire.Path);
        // Something else than an account goes too, however its path is written.
        if (scene.Toys.SingleOrDefault(t => path.Contains(t, StringComparison.OrdinalIgnoreCase)) is not { } gone) return;
        scene.Toys.Remove(gone);
        users.Remove(Guid.Parse(gone));
        await scene.AddToyAsync();
        users.Add(Guid.Parse(scene.Toys[^1]));
    }

    // Errors and worse, as the console shows them.
    private static string Failures(Scene scene) =>
        string.Join(
            '\n', (scene.Server.Output + "\n" + scene.Server.Errors).Split('\n').Where(l => l.Contains("fail:", StringComparison.Ordinal)
                || l.Contains("crit:", StringComparison.Ordinal)).Take(MostShown));

    private static string Shown(string text)
    {
        var shown = new StringBuilder();
        foreach (var c in text.Length > 3_000 ? text[..3_000] + "..." : text)
        {
            shown.Append(c is '\n' or (>= ' ' and <= '~') ? c.ToString() : c == '\r' ? "" : $"\\x{(int)c:x2}");
        }
        return shown.ToString();
    }
}
