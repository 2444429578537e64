using System.Reflection;
using AuthServer.Configuration;
using AuthServer.Hosting.Configuring;

namespace AuthServer.UnitTests.Configuration;

public sealed class ConfigurationReferenceTests
{
    [Fact]
    public void The_page_says_what_the_options_classes_say()
    {
        var path = Path.Combine(Root(), "docs", "configuration.md");
        var expected = ConfigurationReference.Markdown();
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, expected);
        }
        Assert.Equal(expected, File.ReadAllText(path));
    }

    [Fact]
    public void Every_class_with_settings_is_read_at_start()
    {
        var withSettings = typeof(EnvironmentVariables).Assembly.GetTypes()
            .Where(t => t.GetProperties().Any(p => p.IsDefined(typeof(SettingAttribute))));
        Assert.Equal(withSettings.Select(t => t.FullName).Order(), EnvironmentVariables.All.Select(t => t.FullName).Order());
    }

    [Fact]
    public void Every_default_on_the_page_is_the_text_of_that_value() => Assert.All(EnvironmentVariables.All, options =>
    {
        var defaults = Activator.CreateInstance(options)!;
        foreach (var (property, setting) in SettingsReader.SettingsOf(options))
        {
            var value = property.GetValue(defaults);
            if (ConfigurationReference.Default(value).Trim('`') is not { Length: > 0 } shown) continue;
            Assert.True(
                SettingText.TryParse(property.PropertyType, shown, setting, out var read, out var expected), $"{setting.Key}: {expected}");
            Assert.Equal(value, read);
        }
    });

    [Fact]
    public void No_key_is_used_twice() =>
        Assert.Equal(
            [], EnvironmentVariables.All.SelectMany(SettingsReader.SettingsOf).GroupBy(s => s.Setting.Key).Where(g => g.Count() > 1)
                .Select(g => g.Key));

    private static string Root()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "AuthPlatform.sln"))) directory = directory.Parent!;
        return directory.FullName;
    }
}
