namespace AuthServer.LoadTests.Reporting;

/// <summary>A scenario in one line.</summary>
internal static class ScenarioText
{
    public static string Of(Scenario scenario) =>
        $"{scenario.Name} at {scenario.Contender}: " +
        string.Join(", ", scenario.Values.Select(v => $"{v.Key} {Numbers.Short(v.Value)}")) +
        (scenario.Remark is { } remark ? $" ({remark})" : "");
}
