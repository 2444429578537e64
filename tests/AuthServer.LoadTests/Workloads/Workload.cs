using AuthServer.LoadTests.Contenders;
using AuthServer.LoadTests.Measuring;
using AuthServer.LoadTests.Wire;

namespace AuthServer.LoadTests.Workloads;

/// <summary>With what request Kestrel alone is compared.</summary>
internal enum HelloShape
{
    None,
    Get,
    Post,
}

/// <summary>How much is prepared for a run.</summary>
/// <param name="Stage">Where further servers are started.</param>
/// <param name="Connections">Lanes of a load.</param>
/// <param name="Chains">Refresh chains that are wanted.</param>
/// <param name="ChainSeconds">How long opening them may take; then there are fewer.</param>
internal sealed record Plan(Stage Stage, int Connections, int Chains, double ChainSeconds);

/// <summary>One kind of request that is measured at every contender.</summary>
internal abstract class Workload(string name, string what)
{
    public string Name { get; } = name;

    public string What { get; } = what;

    public virtual HelloShape Hello => HelloShape.None;

    /// <summary>The raw loop that is the limit of this workload, measured between its rounds; null: none is.</summary>
    public virtual string? RawLoop => null;

    /// <summary>Why it cannot be measured there; null: it can.</summary>
    public virtual string? NotAt(Contender server) => null;

    public abstract Task<Load> PrepareAsync(Contender server, Plan plan);

    /// <summary>The same exchange at a server that does nothing.</summary>
    public Load PrepareHello(Contender hello, Plan plan, int answerSize)
    {
        var request = Hello == HelloShape.Get
            ? RequestText.Get(hello.Host, $"/{answerSize}")
            : RequestText.Form(hello.Host, $"/{answerSize}", MachineTokens.Body);
        return new(hello, plan.Connections, async lane =>
        {
            var answer = await lane.Connection.SendAsync(request);
            return answer.Status == 200 && answer.Body.Length == answerSize ? null : answer.Describe();
        });
    }
}
