using System.Reflection;

namespace AuthServer.Configuration;

/// <summary>
/// Fills the options classes from the environment, the command line, files and the section "AuthServer", and refuses what is wrong.
/// </summary>
/// <remarks>
/// A key is looked up by its flat name first (environment, <c>--KEY=value</c>), then in the section, then among the generated values.
/// </remarks>
public sealed class SettingsReader(IConfiguration configuration)
{
    public const string Section = "AuthServer";
    internal const string FileSuffix = "_FILE";

    private readonly Dictionary<string, string> _generated = [];

    public SettingProblems Problems { get; } = new();

    /// <summary>The keys of what the operator has named.</summary>
    public HashSet<string> NamedKeys { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>A value for a key that is not set: the secrets of the embedded default.</summary>
    public void Generated(string key, string value) => _generated[key] = value;

    public T Read<T>() where T : class, new() => (T)Read(typeof(T));

    public object Read(Type options) => Read(Activator.CreateInstance(options)!, name: null);

    /// <summary>Fills the settings of one of several things.</summary>
    /// <param name="name">What stands for it in the keys.</param>
    public T Read<T>(T options, string name) where T : class
    {
        NamedKeys.UnionWith(SettingsOf(typeof(T)).Select(s => s.Setting.For(name).Key).SelectMany(key => new[] { key, key + FileSuffix }));
        return (T)Read((object)options, name);
    }

    private object Read(object filled, string? name)
    {
        foreach (var (property, declared) in SettingsOf(filled.GetType()))
        {
            var setting = name is null ? declared : declared.For(name);
            if (Text(setting) is { } text) Fill(filled, property, setting, text);
            else if (setting.Required && !IsSet(setting.Key))
            {
                Problems.Add(setting.Key, "is not set", setting.Cure is null ? null : $"set it to {setting.Cure}");
            }
        }
        (filled as ICheckedSettings)?.Check(Problems);
        return filled;
    }

    public bool IsSet(string key) => Raw(key) is not null || Raw(key + FileSuffix) is not null;

    public static IEnumerable<(PropertyInfo Property, SettingAttribute Setting)> SettingsOf(Type options) =>
        from property in options.GetProperties()
        let setting = property.GetCustomAttribute<SettingAttribute>()
        where setting is not null
        select (property, setting);

    private void Fill(object filled, PropertyInfo property, SettingAttribute setting, string text)
    {
        if (SettingText.TryParse(property.PropertyType, text, setting, out var value, out var expected))
        {
            property.SetValue(filled, value);
            return;
        }
        var wrong = setting.Secret ? $"is not {expected}" : $"\"{text}\" is not {expected}";
        Problems.Add(setting.Key, wrong, setting.Cure is null ? null : $"set it to {setting.Cure}");
    }

    private string? Text(SettingAttribute setting)
    {
        var direct = Raw(setting.Key);
        if (Raw(setting.Key + FileSuffix) is not { } path) return direct ?? _generated.GetValueOrDefault(setting.Key);
        if (direct is not null)
        {
            Problems.Add(setting.Key, $"is set together with {setting.Key}{FileSuffix}", "keep one of the two");
            return null;
        }
        try
        {
            // Editors and `echo` end a file with one line break that is not part of the value.
            var text = File.ReadAllText(path);
            text = text.EndsWith('\n') ? text[..^1].TrimEnd('\r') : text;
            if (text.Length > 0) return text;
            Problems.Add(setting.Key + FileSuffix, $"the file {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Problems.Add(setting.Key + FileSuffix, $"the file {path} cannot be read", "name a file that this user may read");
        }
        return null;
    }

    // Compose files and Helm charts write KEY= for "not set".
    private string? Raw(string key) =>
        NotEmpty(configuration[key]) ?? NotEmpty(configuration[$"{Section}:{key}"]);

    private static string? NotEmpty(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
