namespace AuthServer.Configuration;

/// <summary>Names the configuration key (an environment variable) that fills a property of an options class.</summary>
/// <remarks>
/// The key may also stand as <c>KEY_FILE</c>, which reads the value from a file (container secrets).
/// The property's <c>summary</c> is what docs/configuration.md prints. <c>Hosting/Configuring/EnvironmentVariables.cs</c> reads all of
/// them:
/// a new variable is a property with this attribute on a class that is listed there.
/// </remarks>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string key) : Attribute
{
    /// <summary>In the keys of things of which there are several: the operator's name for one of them.</summary>
    public const string NamePart = "<NAME>";

    public string Key { get; } = key;

    /// <summary>A secret is never logged, and never shown in an error message.</summary>
    public bool Secret { get; init; }

    /// <summary>The server does not start without it.</summary>
    public bool Required { get; init; }

    /// <summary>Inclusive lower bound of a number.</summary>
    public int Minimum { get; init; } = int.MinValue;

    /// <summary>Inclusive upper bound of a number.</summary>
    public int Maximum { get; init; } = int.MaxValue;

    /// <summary>Inclusive lower bound of a duration, in the form of the setting itself: "30s", "15m", "12h", "7d".</summary>
    public string Shortest { get; init; } = "1s";

    /// <summary>Inclusive upper bound of a duration.</summary>
    public string? Longest { get; init; }

    /// <summary>What to do when the value is missing or wrong, printed after the key: "a number from 1 to 100", a command to run.</summary>
    public string? Cure { get; init; }

    /// <summary>The same setting of one thing.</summary>
    public SettingAttribute For(string name) => new(Key.Replace(NamePart, name, StringComparison.Ordinal))
    {
        Secret = Secret, Required = Required, Minimum = Minimum, Maximum = Maximum, Shortest = Shortest, Longest = Longest, Cure = Cure,
    };
}
