using System.Text.Json;

namespace AuthServer.IntegrationTests.Statements;

/// <summary>How PostgreSQL ran one statement, as auto_explain logs it.</summary>
internal sealed record QueryPlan(string Query, IReadOnlyList<PlanStep> Steps)
{
    /// <summary>What a page or the sessions of one person may have; more than that grows with the tables.</summary>
    private const double MostSorted = 2_000;

    private static readonly string[] LargeTables =
        ["users", "user_sessions", "audit_events", "tokens", "authorizations", "user_roles"];

    public IEnumerable<string> Indexes => Steps.Select(s => s.Index).OfType<string>();

    /// <summary>What takes longer the more rows a table has.</summary>
    public IEnumerable<string> Growing => Steps
        .Where(s => (s.Type == "Seq Scan" && LargeTables.Contains(s.Table)) || (s.Type.EndsWith("Sort", StringComparison.Ordinal)
            && s.Input > MostSorted))
        .Select(s => $"{s.Type} {s.Table} of {s.Input} rows in: {Query}");

    /// <param name="log">The server's log; what does not belong to a plan is passed over.</param>
    public static IReadOnlyList<QueryPlan> Read(string log)
    {
        var plans = new List<QueryPlan>();
        List<string>? lines = null;
        foreach (var line in log.Split('\n'))
        {
            if (line.EndsWith(" plan:", StringComparison.Ordinal)) lines = [];
            else if (lines is not null && line.StartsWith('\t')) lines.Add(line);
            if (line != "\t}" || lines is null) continue;
            var json = JsonElement.Parse(string.Join('\n', lines));
            plans.Add(new(json.GetProperty("Query Text").GetString()!, [.. Walk(json.GetProperty("Plan"))]));
            lines = null;
        }

        return plans;
    }

    private static IEnumerable<PlanStep> Walk(JsonElement step)
    {
        JsonElement[] below = step.TryGetProperty("Plans", out var plans) ? [.. plans.EnumerateArray()] : [];
        var rows = below.Append(step).Max(s => s.GetProperty("Plan Rows").GetDouble());
        yield return new(Text(step, "Node Type")!, Text(step, "Relation Name"), Text(step, "Index Name"), rows);
        foreach (var inner in below.SelectMany(Walk)) yield return inner;
    }

    private static string? Text(JsonElement step, string name) => step.TryGetProperty(name, out var value) ? value.GetString() : null;
}

/// <summary>One step of a plan.</summary>
/// <param name="Input">How many rows the planner expects, from the step or into it.</param>
internal sealed record PlanStep(string Type, string? Table, string? Index, double Input);
