using AngleSharp.Html.Parser;
using AuthServer.Ui.Accounts.SignOut;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Demo;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Protocol.Devices;
using System.Collections;
using System.Reflection;

namespace AuthServer.UnitTests.Ui;

/// <summary>No value of a model becomes markup or a script address, whichever property it arrives in.</summary>
public sealed class PageEncodingTests
{
    internal const string Markup = "\"'><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}";
    internal const string ScriptAddress = "javascript:alert(1)//";

    public static TheoryData<string> Names => [.. PageStates.All.Select(state => state.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task Markup_in_any_text_stays_text(string name)
    {
        var state = PageStates.All.Single(each => each.Name == name);
        var calm = await PageRenderer.DocumentAsync(state);
        var html = await PageRenderer.HtmlAsync(state with { Make = () => Filled(state.Model, Markup)! });
        var page = new HtmlParser().ParseDocument(html);
        Assert.Equal(calm.QuerySelectorAll("script").Length, page.QuerySelectorAll("script").Length);
        Assert.Empty(page.QuerySelectorAll("[onerror], [src=x]"));
        Assert.DoesNotContain("<script>alert", html, StringComparison.Ordinal);

        // Proves that the probe arrived, or the page has no text of the model's to show.
        Assert.True(html.Contains("alert(1)", StringComparison.Ordinal)
            || state.Model is SignOutModel or SignedOutModel or DemoStartModel
                or DeviceOutcomeModel { Outcome: DeviceOutcome.Ended, IsByName: true }, "The probe is not on the page.");
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_script_address_never_becomes_a_link(string name)
    {
        var state = PageStates.All.Single(each => each.Name == name);
        var page = await PageRenderer.DocumentAsync(state with { Make = () => Filled(state.Model, ScriptAddress)! });
        foreach (
            var attribute in page.All.SelectMany(element => element.Attributes)
                .Where(each => each.Name is "href" or "src" or "action" or "formaction" or "srcset"))
            Assert.DoesNotContain("javascript", attribute.Value, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("https://fieldnotes.example/a?b#c", true)]
    [InlineData("/signin?returnUrl=https%3A%2F%2Fx", true)]
    [InlineData("?a=b:c", true)]
    [InlineData("com.example.app:/callback", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("JavaScript:alert(1)", false)]
    [InlineData(" javascript:alert(1)", false)]
    [InlineData("java\tscript:alert(1)", false)]
    [InlineData("\u0001javascript:alert(1)", false)]
    [InlineData("data:text/html,x", false)]
    [InlineData("vbscript:x", false)]
    [InlineData("\t/x", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void Only_addresses_that_cannot_run_script_here_become_links(string? address, bool passes) =>
        Assert.Equal(passes ? address : null, LinkTarget.Safe(address));

    /// <summary>A copy of the model in which every string, however deep, is the probe.</summary>
    internal static object? Filled(object? value, string probe)
    {
        switch (value)
        {
            case null or ValueType:
                return value;
            case string:
                return probe;
            case IDictionary<string, string> texts:
                return texts.ToDictionary(text => text.Key, _ => probe);
            case IDictionary others:
                return others;
            // Names of fields, which come from the code.
            case IReadOnlySet<string> names:
                return names;
            case IList list:
                var items = Array.CreateInstance(value.GetType().GetInterfaces().First(each => each.IsGenericType
                    && each.GetGenericTypeDefinition() == typeof(IEnumerable<>)).GetGenericArguments()[0], list.Count);
                for (var index = 0; index < list.Count; index++)
                    items.SetValue(
                        list[index] is KeyValuePair<string, string>
                            ? new KeyValuePair<string, string>(probe, probe)
                            : Filled(list[index], probe), index);
                return items;
            default:
                // The copy that `with` makes.
                var copy = value.GetType().GetMethod("<Clone>$")!.Invoke(value, null)!;
                foreach (
                    var property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(each => each.CanWrite))
                    property.SetValue(copy, property.PropertyType == typeof(string) ? probe : Filled(property.GetValue(value), probe));
                return copy;
        }
    }
}
