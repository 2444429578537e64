using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// Every page and mail in every state of the gallery under WCAG 2.2 AA: on a phone and on a desktop, light and dark, in both directions of
/// text, under 200 % zoom and with the colours of the system. A state is loaded once; its look is changed in place.
/// </summary>
public sealed partial class AccessibilityTests(World world)
{
    // Tabs of one browser; more would wait for each other.
    private const int Tabs = 2;

    // The reference of the API is drawn by a script of others: ApiReferenceTests.
    private const string DrawnByOthers = "api-reference";

    // Together they take the window of a desktop, 1280 pixels wide, under 200 % zoom.
    private const int Zoomed = 640, Zoom = 2;

    [Fact]
    public async Task Every_page_in_every_state_passes_in_every_look()
    {
        var states = (await StatesAsync("page")).SelectMany(page => page).ToList();
        Assert.True(states.Count > 200);
        await CheckAsync(states, async (tab, state) =>
        {
            var look = new Look(tab);
            await tab.GotoAsync($"{world.Server}/dev/gallery/page/{state}?theme=light&dir=ltr");
            // What stands where depends on width and direction, the colours on the theme.
            await look.CheckAsync("light, phone", width: 390);
            await look.CheckAsync("dark, phone", theme: "dark", rules: Axe.Colours);
            await look.CheckAsync("dark, right to left, desktop", direction: "rtl", width: 1280);
            await look.CheckCutAsync("right to left, 200 % zoom", width: Zoomed);
            await look.CheckCutAsync("200 % zoom", direction: "ltr");
            // WCAG 1.4.10: 400 % zoom of the same window.
            await look.CheckCutAsync("400 % zoom", width: 320);
            await tab.EmulateMediaAsync(new() { ForcedColors = ForcedColors.Active });
            await look.CheckAsync("colours of the system", theme: "system", width: Zoomed);
            await tab.EmulateMediaAsync(new() { ForcedColors = ForcedColors.None });
            return look.Found;
        });
    }

    /// <summary>
    /// Words of some languages are long, or their letters are wide; a text that runs the other way is more than a page that is turned. Once
    /// for each page: what its other states add is checked above.
    /// </summary>
    [Fact]
    public async Task Every_page_fits_a_small_phone_in_long_words_and_passes_in_languages_that_run_from_right_to_left()
    {
        var pages = (await StatesAsync("page")).Select(states => states[0]).ToList();
        await CheckAsync(pages, async (tab, state) =>
        {
            var look = new Look(tab);
            foreach (var language in new[] { "de", "ar", "pl" })
            {
                await tab.GotoAsync($"{world.Server}/dev/gallery/page/{state}?lang={language}");
                await look.CheckCutAsync(language, width: 320);
                if (language == "ar") await look.CheckAsync("Arabic, light, desktop", theme: "light", width: 1280);
            }

            await tab.GotoAsync($"{world.Server}/dev/gallery/page/{state}?lang=he&theme=dark");
            await look.CheckCutAsync("he", width: 320);
            await look.CheckAsync("Hebrew, dark, phone", width: 390);
            return look.Found;
        });
    }

    /// <summary>WCAG 3.3.8: nobody has to type what they can paste. Each field once, in the first state that has it.</summary>
    [Fact]
    public async Task Every_field_takes_what_is_pasted()
    {
        const string Text = "246810", Typed = "input:is([type=text], [type=email], [type=password], [type=tel], [type=url]):visible";
        using var http = new HttpClient();
        var (seen, states) = (new HashSet<string>(), new List<string>());
        foreach (var page in await StatesAsync("page"))
        {
            foreach (var state in page)
            {
                var html = await http.GetStringAsync($"{world.Server}/dev/gallery/page/{state}");
                // All of them are noted, whatever the first one is.
                var added = Field().Matches(html).Where(field => seen.Add($"{page[0]} {field.Groups["name"].Value}")).ToList();
                if (added.Count > 0) states.Add(state);
            }
        }

        Assert.True(states.Count > 15);
        var (pasted, passwords) = (0, 0);
        await CheckAsync(states, async (tab, state) =>
        {
            List<string> wrong = [];
            // From another page, as a manager of passwords would.
            await tab.SetContentAsync($"<input value={Text}>");
            await tab.Locator("input").FocusAsync();
            await tab.Keyboard.PressAsync("Control+A");
            await tab.Keyboard.PressAsync("Control+C");
            await tab.GotoAsync($"{world.Server}/dev/gallery/page/{state}");
            foreach (var field in await tab.Locator(Typed).AllAsync())
            {
                await field.FocusAsync();
                await tab.Keyboard.PressAsync("Control+A");
                await tab.Keyboard.PressAsync("Control+V");
                if (await field.InputValueAsync() != Text) wrong.Add(await field.GetAttributeAsync("name") + " is not what was pasted");
                Interlocked.Increment(ref pasted);
                if (await field.GetAttributeAsync("type") == "password") Interlocked.Increment(ref passwords);
            }

            return wrong;
        }, tabs: 1); // They share one clipboard.
        Assert.True(pasted > 30, $"{pasted} fields");
        Assert.True(passwords > 3, $"{passwords} passwords");
    }

    [Fact]
    public async Task Every_mail_passes_in_light_and_dark()
    {
        var mails = (await StatesAsync("mail")).SelectMany(mail => mail).ToList();
        Assert.NotEmpty(mails);
        using var http = new HttpClient();
        await CheckAsync(mails, async (tab, mail) =>
        {
            var look = new Look(tab);
            await tab.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            // Its own address is a sandbox, in which no script of a test runs to its end.
            await tab.SetContentAsync(await http.GetStringAsync($"{world.Server}/dev/gallery/mail/{mail}/html"));
            await look.CheckAsync("light", width: 390);
            await look.CheckCutAsync("light", width: 320);
            await tab.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
            await look.CheckAsync("dark", width: 1280, rules: Axe.Colours);
            return look.Found;
        });
    }

    private async Task CheckAsync(IEnumerable<string> states, Func<IPage, string, Task<IEnumerable<string>>> check, int tabs = Tabs)
    {
        await using var context = await world.Chromium.NewContextAsync(new()
        {
            ViewportSize = new() { Width = Zoomed, Height = 844 }, DeviceScaleFactor = Zoom, ReducedMotion = ReducedMotion.Reduce,
        });
        var (waiting, wrong) = (new ConcurrentQueue<string>(states), new ConcurrentQueue<string>());
        await Task.WhenAll(Enumerable.Range(0, tabs).Select(async _ =>
        {
            var tab = await context.NewPageAsync();
            while (waiting.TryDequeue(out var state))
            {
                foreach (var found in await check(tab, state)) wrong.Enqueue($"{state}, {found}");
            }
        }));
        Assert.True(wrong.IsEmpty, string.Join("\n", wrong));
    }

    /// <summary>The states of the gallery, by page.</summary>
    /// <param name="kind">page or mail.</param>
    private async Task<IReadOnlyList<IReadOnlyList<string>>> StatesAsync(string kind)
    {
        using var http = new HttpClient();
        var list = await http.GetStringAsync($"{world.Server}/dev/gallery");
        return
        [
            .. list.Split("<section>").Select(section => State().Matches(section)
                    .Where(link => link.Groups["kind"].Value == kind).Select(link => link.Groups["name"].Value).ToList())
                .Where(states => states.Count > 0 && states[0] != DrawnByOthers),
        ];
    }

    [GeneratedRegex("/dev/gallery/(?<kind>page|mail)/(?<name>[a-z0-9-]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex State();

    [GeneratedRegex("<input (?![^>]*type=\"(?:hidden|checkbox|radio|file)\")[^>]*name=\"(?<name>[a-z_]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Field();

    /// <summary>How a page is looked at, and what was found wrong with it. What a check does not name stays as it was.</summary>
    private sealed class Look(IPage tab)
    {
        private readonly List<string> _found = [];

        public IEnumerable<string> Found => _found;

        public async Task CheckAsync(
            string name, string? theme = null, string? direction = null, int? width = null, params string[] rules)
        {
            await ChangeAsync(theme, direction, width);
            _found.AddRange((await tab.FindAsync(rules)).Select(found => $"{name}: {found}"));
            if (rules.Length == 0) await CheckCutAsync(name);
        }

        public async Task CheckCutAsync(string name, string? direction = null, int? width = null)
        {
            await ChangeAsync(theme: null, direction, width);
            _found.AddRange((await tab.FindCutAsync()).Select(found => $"{name}: {found}"));
        }

        private async Task ChangeAsync(string? theme, string? direction, int? width)
        {
            if (width is { } pixels) await tab.SetViewportSizeAsync(pixels, 844);
            if (theme is null && direction is null) return;
            // As PageTop and PageHead say them.
            await tab.EvaluateAsync("""
                look => {
                  const page = document.documentElement;
                  if (look.direction) page.dir = look.direction;
                  if (!look.theme) return;
                  page.dataset.theme = look.theme;
                  document.querySelector("meta[name=color-scheme]").content = look.theme === "system" ? "light dark" : look.theme;
                }
                """, new { theme, direction });
        }
    }
}
