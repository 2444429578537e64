using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>WCAG 2.2 AA as axe checks it.</summary>
internal static class Axe
{
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] },
    };

    /// <summary>The sizes and colours under which a page is checked.</summary>
    public static TheoryData<int, ColorScheme> Windows { get; } = new()
    {
        { 390, ColorScheme.Light }, { 390, ColorScheme.Dark }, { 1280, ColorScheme.Light }, { 1280, ColorScheme.Dark },
    };

    public static BrowserNewContextOptions Window(int width, ColorScheme colours) =>
        new() { ViewportSize = new() { Width = width, Height = 844 }, ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce };

    /// <param name="page">What the page is, for the message.</param>
    /// <param name="rules">Of all rules these alone.</param>
    public static async Task AssertAccessibleAsync(this IPage window, string page, params string[] rules)
    {
        var result = await window.RunAxe(
            rules.Length == 0 ? Rules : new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "rule", Values = [.. rules] } });
        Assert.True(result.Violations.Length == 0, $"{page}: " + string.Join("; ", result.Violations.Select(v =>
            $"{v.Id} ({v.Help}) at {string.Join(", ", v.Nodes.Select(n => n.Html))}")));
        // WCAG 1.4.10: nothing has to be scrolled sideways.
        Assert.True(
            await window.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{page} is wider than its window");
    }
}
