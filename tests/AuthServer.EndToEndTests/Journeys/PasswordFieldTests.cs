using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>What a person sees and hears of a password, while they type it and after it was refused.</summary>
public sealed class PasswordFieldTests(World world) : Journey(world)
{
    private const string Reason = "it is a common password or word with little added or changed";

    private ILocator Guess => Window.Locator("[data-rule=guess]");

    [Fact]
    public async Task A_common_password_is_told_once_while_it_is_typed_and_once_when_it_is_sent()
    {
        var create = new CreateAccountPage(Window);
        await Window.GotoAsync(World.Server + "/signup");
        await create.FillAsync($"weak-{Guid.CreateVersion7():N}@example.test", "Wanda", "Weak", "");
        await create.Password.PressSequentiallyAsync("Password1!");
        // It satisfies every rule that a count can judge; the server knows that it is common.
        await Expect(Guess).ToHaveClassAsync("missing");
        await Expect(Window.Locator("[data-rule].met")).ToHaveCountAsync(5);
        await Expect(Window.GetByRole(AriaRole.Status)).ToContainTextAsync(Reason);
        Assert.Equal(1, await TimesSeenAsync());

        await create.CreateAsync();
        await Expect(Window.Locator("p.wrong")).ToContainTextAsync(Reason);
        await Expect(create.Password).ToBeFocusedAsync();
        Assert.Equal(1, await TimesSeenAsync());

        // The next one, typed without a click. What was said of the last one goes.
        await Window.Keyboard.TypeAsync("P@ssw0rd");
        await Expect(Guess).ToHaveClassAsync("missing");
        Assert.Equal(1, await TimesSeenAsync());
        await create.Password.FillAsync(World.Password);
        await Expect(Guess).ToHaveClassAsync("met");
        Assert.Equal(0, await TimesSeenAsync());
        await Expect(create.Password).Not.ToHaveAttributeAsync("aria-invalid", "true");
        await create.CreateAsync();
        await new MailedCodePage(Window).SkipAsync();
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" })).ToBeVisibleAsync();
        AssertBrowserIsContent();
    }

    [Fact]
    public async Task After_a_wrong_password_one_types_the_next_one_at_once()
    {
        await Window.GotoAsync(World.Server + "/signin");
        await SignIn.SignInAsync(World.EmailOf("uma"), "Not-Her-Password-1");
        await Expect(SignIn.Notice).ToBeVisibleAsync();
        await Expect(SignIn.Password).ToBeFocusedAsync();
        await Expect(SignIn.Email).ToHaveValueAsync(World.EmailOf("uma"));
        await Window.Keyboard.TypeAsync(World.Password);
        await Window.Keyboard.PressAsync("Enter");
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = "You are signed in" })).ToBeVisibleAsync();
    }

    /// <summary>Elements that show the reason, apart from those for screen readers alone.</summary>
    private Task<int> TimesSeenAsync() => Window.EvaluateAsync<int>(
        """
        reason => {
          const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          let seen = 0;
          while (walk.nextNode()) {
            const { data, parentElement } = walk.currentNode;
            if (data.includes(reason) && !parentElement.closest(".unseen, [hidden]")) seen++;
          }
          return seen;
        }
        """, Reason);
}
