using System.Text.Json;
using AuthServer.IntegrationTests.Starting;

namespace AuthServer.IntegrationTests.Doctor;

/// <summary>What one run of `AuthServer doctor --json` has found.</summary>
internal sealed record DoctorRun(int ExitCode, string Output, string Verdict, IReadOnlyList<DoctorRun.Line> Findings)
{
    public sealed record Line(string Check, string Verdict, string What, string? Cure)
    {
        public override string ToString() => $"{Verdict} {Check}: {What} -> {Cure}";
    }

    public static async Task<DoctorRun> OfAsync(IEnumerable<(string Key, string Value)> environment, params string[] arguments)
    {
        var settings = environment.ToList();
        var (exit, output, errors) = await ServerProcess.RunAsync(settings, ["doctor", "--json", .. arguments]);
        Assert.True(output.StartsWith('{') && errors.Length == 0, output + errors);
        foreach (var (key, value) in settings.Where(s => s.Key.Contains("SECRET", StringComparison.Ordinal)))
            Assert.False(output.Contains(value, StringComparison.Ordinal), $"The value of {key} is printed.");
        Assert.DoesNotContain("hunter2", output, StringComparison.Ordinal);
        var json = JsonDocument.Parse(output).RootElement;
        return new(exit, output, json.GetProperty("verdict").GetString()!,
            json.GetProperty("findings").Deserialize<List<Line>>(JsonSerializerOptions.Web)!);
    }

    /// <summary>The one finding of the check that says this; it has a cure when something is to be done.</summary>
    public Line Has(string check, string verdict, string what)
    {
        var found = Findings.Where(f => f.Check == check && f.Verdict == verdict)
            .Where(f => f.What.Contains(what, StringComparison.Ordinal)).ToList();
        Assert.True(found.Count == 1, $"{verdict} {check}: {what}\n is not in\n{string.Join('\n', Findings)}");
        Assert.Equal(verdict is "warning" or "wrong", found[0].Cure is not null);
        return found[0];
    }

    public void HasNone(string verdict) => Assert.DoesNotContain(Findings, f => f.Verdict == verdict);
}
