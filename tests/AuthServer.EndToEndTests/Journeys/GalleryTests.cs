using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// Every page in every state, as the gallery shows it, under WCAG 2.2 AA: in turn on a phone, light, from left to right, and on a desktop,
/// dark, from right to left. A phone is narrower than a desktop under 200 % zoom. That every colour can be read in both themes is computed
/// by the unit tests.
/// </summary>
public sealed partial class GalleryTests(World world)
{
    // Tabs of one browser; more would wait for each other.
    private const int Tabs = 4;

    // The reference of the API is drawn by a script of others: ApiReferenceTests.
    private const string DrawnByOthers = "api-reference";

    [Fact]
    public async Task Every_page_in_every_state_passes()
    {
        var states = (await StatesAsync()).SelectMany(page => page).ToList();
        Assert.True(states.Count > 150);
        await CheckAsync(Axe.Window(390, ColorScheme.Light), states.Where((_, place) => place % 2 == 0), "theme=light&dir=ltr");
        await CheckAsync(Axe.Window(1280, ColorScheme.Light), states.Where((_, place) => place % 2 == 1), "theme=dark&dir=rtl");
    }

    /// <summary>With forced colours a browser takes away backgrounds and shadows: one state of each page.</summary>
    [Fact]
    public async Task Every_page_passes_with_the_colours_of_the_system()
    {
        var window = Axe.Window(640, ColorScheme.Dark);
        window.ForcedColors = ForcedColors.Active;
        await CheckAsync(window, (await StatesAsync()).Select(page => page[0]), "theme=system");
    }

    private async Task CheckAsync(BrowserNewContextOptions options, IEnumerable<string> states, string look)
    {
        await using var context = await world.Chromium.NewContextAsync(options);
        var (waiting, wrong) = (new ConcurrentQueue<string>(states), new ConcurrentQueue<string>());
        await Task.WhenAll(Enumerable.Range(0, Tabs).Select(async _ =>
        {
            var tab = await context.NewPageAsync();
            while (waiting.TryDequeue(out var state))
            {
                await tab.GotoAsync($"{world.Server}/dev/gallery/page/{state}?{look}");
                try
                {
                    await tab.AssertAccessibleAsync(state);
                }
                catch (Xunit.Sdk.XunitException finding)
                {
                    wrong.Enqueue(finding.Message);
                }
            }
        }));
        Assert.True(wrong.IsEmpty, string.Join("\n\n", wrong));
    }

    /// <summary>By page.</summary>
    private async Task<IReadOnlyList<IReadOnlyList<string>>> StatesAsync()
    {
        using var http = new HttpClient();
        var list = await http.GetStringAsync($"{world.Server}/dev/gallery");
        return
        [
            .. list.Split("<section>").Select(section => State().Matches(section).Select(link => link.Groups[1].Value).ToList())
                .Where(states => states.Count > 0 && states[0] != DrawnByOthers),
        ];
    }

    [GeneratedRegex("/dev/gallery/page/([a-z0-9-]+)")]
    private static partial Regex State();
}
