using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The pages about one's own account, as a person walks them.</summary>
public sealed class MyAccountPages(IPage window, string server)
{
    public static readonly IReadOnlyList<(string Section, string Path)> Sections =
    [
        ("Profile", "/account/profile"), ("Sign-in and security", "/account/security"), ("Sessions", "/account/sessions"),
        ("Connected apps", "/account/apps"), ("Activity", "/account/activity"), ("Your data", "/account/data"),
    ];

    public ILocator Notice { get; } = window.GetByRole(AriaRole.Alert);

    public ILocator Places { get; } = window.Locator(".place");

    private ILocator Heading { get; } = window.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public Task OpenAsync() => window.GotoAsync(server + "/account");

    public Task ExpectAsync(string heading) =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();

    /// <summary>From the overview, whatever page is open.</summary>
    public async Task GoToAsync(string section)
    {
        var menu = window.GetByRole(AriaRole.Navigation).GetByRole(AriaRole.Link, new() { Name = section, Exact = true });
        if (!await menu.IsVisibleAsync())
        {
            // A narrow window has the sections on the overview, to which every page leads back, some by one more page.
            var back = window.Locator(".back a");
            while (await back.IsVisibleAsync())
            {
                var left = await Heading.InnerTextAsync();
                await back.ClickAsync();
                await Expect(Heading).Not.ToHaveTextAsync(left);
            }

            menu = window.GetByRole(AriaRole.Main).GetByRole(AriaRole.Link, new() { Name = section });
        }

        await menu.ClickAsync();
        await ExpectAsync(section);
    }

    public async Task FillAsync(string label, string value) => await window.GetByLabel(label, new() { Exact = true }).FillAsync(value);

    /// <summary>The first of several: the card of the theme has a button to save, too.</summary>
    public Task PressAsync(string button) => window.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).First.ClickAsync();

    public Task FollowAsync(string link) => window.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    public Task ExpectNoticeAsync(string text) => Expect(Notice).ToContainTextAsync(text);
}
