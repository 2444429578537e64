using AuthServer.LoadTests.Machine;

namespace AuthServer.LoadTests.Contenders;

/// <summary>The contenders of a run: those that stand, and those that cannot, with the reason.</summary>
internal sealed class Lineup : IDisposable
{
    private static readonly (string Name, Func<Contender> New)[] Known =
    [
        ("ours-sqlite", () => new OurServer(postgres: false)),
        ("ours-postgres", () => new OurServer(postgres: true)),
        ("ours-sqlite-plain", () => new OurServer(postgres: false, plain: true)),
        ("before-sqlite", () => new OurServer(postgres: false, before: true)),
        ("before-postgres", () => new OurServer(postgres: true, before: true)),
        ("stock", () => new StockServer()),
        ("oidc-provider", () => new OidcProviderServer(redis: false)),
        ("oidc-provider-redis", () => new OidcProviderServer(redis: true)),
        ("hello", () => new HelloServer()),
    ];

    private Lineup()
    {
    }

    public static IEnumerable<string> Names => Known.Select(k => k.Name);

    public List<Contender> Standing { get; } = [];

    public List<(string Name, string Reason)> Missing { get; } = [];

    public Contender? Hello => Standing.Find(c => c is HelloServer);

    /// <summary>Starts them one after the other and checks their answers.</summary>
    public static async Task<Lineup> StartAsync(Stage stage, string[]? names)
    {
        var lineup = new Lineup();
        foreach (var name in names ?? []) if (!Names.Contains(name)) lineup.Missing.Add((name, "there is no such contender"));
        foreach (var (name, create) in Known.Where(k => names?.Contains(k.Name)
            ?? (stage.PublishedBefore is not null || !IsBefore(k.Name))))
        {
            var contender = create();
            try
            {
                await contender.StartAsync(stage);
                var problems = await Correctness.CheckAsync(contender);
                if (problems.Count > 0) throw new CannotRunException("its answers are wrong: " + string.Join("; ", problems));
                lineup.Standing.Add(contender);
                Console.WriteLine($"  {name}: stands, answers are right{string.Concat(contender.Remarks.Select(r => $"; {r}"))}");
            }
            catch (CannotRunException exception)
            {
                contender.Dispose();
                lineup.Missing.Add((name, exception.Message));
                Console.WriteLine($"  {name}: CANNOT RUN: {exception.Message}");
            }
        }
        return lineup;
    }

    private static bool IsBefore(string name) => name.StartsWith("before-", StringComparison.Ordinal);

    public void Dispose()
    {
        foreach (var contender in Standing) contender.Dispose();
    }
}
