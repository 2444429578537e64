using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The hands of a person who has a keyboard and no mouse. Where the focus is must be seen at each stop.</summary>
public sealed class Keyboard(IPage window)
{
    // More stops than any page has.
    private const int MostTabs = 60;

    public async Task FillAsync(string label, string text)
    {
        await GoToAsync("input, select", label);
        await window.Keyboard.TypeAsync(text);
    }

    public async Task TickAsync(string label)
    {
        await GoToAsync("input", label);
        await window.Keyboard.PressAsync("Space");
        await Expect(window.GetByLabel(label)).ToBeCheckedAsync();
    }

    /// <summary>Presses a button, follows a link, or opens what is folded.</summary>
    public async Task PressAsync(string name)
    {
        await GoToAsync("button, a, summary", name);
        await window.Keyboard.PressAsync("Enter");
    }

    /// <summary>Waits for the page with the heading; what was before it has no focus any more.</summary>
    public Task ExpectAsync(string heading) =>
        Expect(window.GetByRole(AriaRole.Heading, new() { Name = heading, Level = 1 })).ToBeVisibleAsync();

    private async Task GoToAsync(string kind, string name)
    {
        for (var i = 0; i < MostTabs; i++)
        {
            var here = await window.EvaluateAsync<bool>("""
                ([kind, name]) => {
                  const e = document.activeElement;
                  const shown = [...e.childNodes].filter(n => n.ariaHidden !== "true").map(n => n.textContent).join("");
                  const own = (e.labels?.[0]?.innerText ?? e.ariaLabel ?? shown).trim();
                  return e.matches(kind) && (own === name || own.startsWith(name + " ("));
                }
                """, new[] { kind, name });
            if (here)
            {
                await AssertFocusIsVisibleAsync(name);
                return;
            }

            await window.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"{MostTabs} tabs do not lead to {name} on {window.Url}.");
    }

    private async Task AssertFocusIsVisibleAsync(string name)
    {
        // An outline, or a shadow, or a border of the field's frame that differs from its rest.
        var seen = await window.EvaluateAsync<bool>("""
            (() => {
              const look = e => {
                const s = getComputedStyle(e);
                return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join();
              };
              const e = document.activeElement, frame = e.parentElement, before = look(e) + look(frame);
              e.blur();
              const after = look(e) + look(frame);
              e.focus();
              const box = e.getBoundingClientRect();
              // Browsers scroll by whole pixels.
              return before !== after && box.top > -1 && box.bottom < innerHeight + 1;
            })()
            """);
        Assert.True(seen, $"{name} with the focus looks as without it, or lies outside the window.");
    }
}
