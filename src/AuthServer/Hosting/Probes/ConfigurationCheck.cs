using AuthServer.Configuration;
using AuthServer.Doctor;
using AuthServer.Hosting.Configuring;

namespace AuthServer.Hosting.Probes;

/// <summary>What a start would refuse or warn about.</summary>
public sealed class ConfigurationCheck(SettingProblems problems, StartWarnings warnings) : ICheck
{
    public string Name => "Configuration";

    public IAsyncEnumerable<Finding> RunAsync(CancellationToken cancellationToken) => Look().ToAsyncEnumerable();

    private IEnumerable<Finding> Look()
    {
        foreach (var line in problems.Lines) yield return Sentence.Wrong(line);
        foreach (var line in warnings.Lines)
            yield return Finding.Warning(line.TrimEnd('.'), "see docs/configuration.md");
        if (problems.Lines.Count + warnings.Lines.Count == 0)
            yield return Finding.Ok("every setting is known and has a value that is taken");
    }
}
