using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>WCAG 2.2 AA as axe checks it, and what axe does not see: text that is cut off or lies outside the window.</summary>
internal static class Axe
{
    public const string Colours = "color-contrast";

    // The runner of the package loads the script into a second page for each run, which costs more than the rules do.
    private static readonly string Script = new BundledAxeScriptProvider().GetScript();

    private static readonly string[] Levels = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

    public static BrowserNewContextOptions Window(int width, ColorScheme colours) =>
        new() { ViewportSize = new() { Width = width, Height = 844 }, ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce };

    /// <param name="page">What the page is, for the message.</param>
    /// <param name="rules">Of all rules these alone.</param>
    public static async Task AssertAccessibleAsync(this IPage window, string page, params string[] rules)
    {
        var found = await window.FindAsync(rules);
        Assert.True(found.Length == 0, $"{page}: {string.Join("; ", found)}");
        // WCAG 1.4.10: nothing has to be scrolled sideways.
        Assert.True(
            await window.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"), $"{page} is wider than its window");
    }

    /// <summary>What axe finds wrong in the page as it stands.</summary>
    /// <param name="rules">Of all rules these alone.</param>
    public static async Task<string[]> FindAsync(this IPage window, params string[] rules)
    {
        if (!await window.EvaluateAsync<bool>("'axe' in window")) await window.EvaluateAsync(Script);
        return await window.EvaluateAsync<string[]>("""
            async only => {
              // No rule of these levels reads the sources of stylesheets; pages in frames are checked at their own addresses.
              const found = await axe.run(document, { runOnly: only, resultTypes: ["violations"], preload: false, iframes: false });
              return found.violations.map(v => `${v.id} (${v.help}) at ${v.nodes.map(n => n.html).join(", ")}`);
            }
            """, rules.Length == 0 ? new { type = "tag", values = Levels } : new { type = "rule", values = rules });
    }

    /// <summary>WCAG 1.4.4 and 1.4.10: what of the page cannot be read because it is cut off or lies outside the window.</summary>
    public static Task<string[]> FindCutAsync(this IPage window) => window.EvaluateAsync<string[]>("""
        () => {
          const found = [];
          const scrolls = e => e && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
          if (document.documentElement.scrollWidth > innerWidth) found.push(`The page is ${document.documentElement.scrollWidth} px wide`);
          for (const e of document.body.querySelectorAll(":not(svg *, .unseen, .unseen *, .skip)")) {
            if (!e.checkVisibility({ visibilityProperty: true })) continue;
            const style = getComputedStyle(e), box = e.getBoundingClientRect();
            const say = what => found.push(`${what}: ${e.outerHTML.slice(0, 120)}`);
            if (box.width && (box.left < -1 || box.right > innerWidth + 1) && !scrolls(e.parentElement)) say("Outside the window");
            if (style.display === "inline" || e.matches("input, select, textarea, iframe, img, svg")) continue;
            // The words of a button must stay within it.
            const framed = e.matches("button, .button, .tag"), hides = way => /hidden|clip/.test(way);
            if ((framed || hides(style.overflowX)) && e.scrollWidth > e.clientWidth + 1) say("Cut off at the side");
            if ((framed || hides(style.overflowY)) && e.scrollHeight > e.clientHeight + 1) say("Cut off below");
          }
          return found;
        }
        """);
}
