namespace AuthServer.Configuration;

/// <summary>Collects what is wrong with the configuration, so that the operator sees everything at once.</summary>
public sealed class SettingProblems
{
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines => _lines;

    /// <summary>One problem as "KEY: what is wrong; cure". The value of a secret never stands in it.</summary>
    public void Add(string key, string wrong, string? cure = null) =>
        _lines.Add(cure is null ? $"{key}: {wrong}" : $"{key}: {wrong}; {cure}");

    /// <param name="cure">What to do when the fault does not say it.</param>
    public void Add(string key, SettingFault fault, string cure) => Add(key, fault.What, fault.Cure ?? cure);

    public void ThrowIfAny()
    {
        if (_lines.Count > 0) throw new StartRefusedException(_lines);
    }
}

/// <summary>What is wrong with the value of a setting.</summary>
/// <param name="Cure">What to do; null when that follows from the form of the setting.</param>
public sealed record SettingFault(string What, string? Cure = null);

/// <summary>An options class with a rule that spans several of its settings, or a form of its own.</summary>
public interface ICheckedSettings
{
    void Check(SettingProblems problems);
}
