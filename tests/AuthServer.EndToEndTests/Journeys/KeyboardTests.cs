using AuthServer.EndToEndTests.Fixtures;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>Everything can be reached and done with the keyboard alone (WCAG 2.1.1), and one sees where one is (WCAG 2.4.7).</summary>
public sealed class KeyboardTests(World world) : Journey(world)
{
    [Fact]
    public async Task A_person_signs_in_and_allows_an_app_without_a_mouse()
    {
        await App.OpenAsync();
        await TabToAsync("Sign in");
        await Window.Keyboard.PressAsync("Enter");
        await SignIn.ExpectAsync();
        // The first field has the focus.
        await Expect(SignIn.Email).ToBeFocusedAsync();
        await Window.Keyboard.TypeAsync(World.EmailOf("kay"));
        await Window.Keyboard.PressAsync("Tab");
        await Expect(SignIn.Password).ToBeFocusedAsync();
        await AssertFocusIsVisibleAsync();
        await Window.Keyboard.TypeAsync(World.Password);
        await Window.Keyboard.PressAsync("Enter");
        await Consent.ExpectAsync();
        await TabToAsync("Allow");
        await AssertFocusIsVisibleAsync();
        await Window.Keyboard.PressAsync("Enter");
        await App.ExpectSignedInAsync();
    }

    private async Task TabToAsync(string name)
    {
        for (var i = 0; i < 20; i++)
        {
            await Window.Keyboard.PressAsync("Tab");
            if ((await Window.EvaluateAsync<string>("document.activeElement.innerText")).Trim() == name) return;
        }
        Assert.Fail($"Twenty tabs do not lead to {name}.");
    }

    private async Task AssertFocusIsVisibleAsync()
    {
        // An outline, or a shadow, or a border of the field's frame that differs from its rest.
        var seen = await Window.EvaluateAsync<bool>("""
            (() => {
              const look = e => {
                const s = getComputedStyle(e);
                return [s.outlineStyle, s.outlineWidth, s.boxShadow, s.borderColor].join();
              };
              const e = document.activeElement, frame = e.parentElement, before = look(e) + look(frame);
              e.blur();
              const after = look(e) + look(frame);
              e.focus();
              return before !== after;
            })()
            """);
        Assert.True(seen, "The element with the focus looks as without it.");
    }
}
