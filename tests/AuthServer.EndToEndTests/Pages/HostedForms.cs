using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace AuthServer.EndToEndTests.Pages;

/// <summary>The hosted pages by their forms and addresses, in whatever language their words are.</summary>
public sealed class HostedForms(IPage window, string server)
{
    public Task OpenAsync(string path) => window.GotoAsync(server + path);

    public Task ExpectAsync(string path) => Expect(window).ToHaveURLAsync(new Regex($"^{Regex.Escape(server + path)}($|[?#])"));

    /// <summary>The person, as the overview and the home page show them.</summary>
    public Task ExpectPersonAsync(string email) => Expect(window.GetByText(email).First).ToBeVisibleAsync();

    /// <summary>Waits for a form, fills it in, and presses its main button.</summary>
    /// <param name="action">The path that it is posted to.</param>
    public async Task SubmitAsync(string action, params (string Field, string Value)[] typed)
    {
        var form = window.Locator($"form[action='{action}']").First;
        await Expect(form).ToBeVisibleAsync();
        foreach (var (field, value) in typed) await form.Locator($"[name={field}]").FillAsync(value);
        var main = form.Locator("button.primary");
        await (await main.CountAsync() > 0 ? main : form.Locator("button:not([type=button])").First).ClickAsync();
    }

    /// <summary>Follows a link by the address that it begins with.</summary>
    public Task FollowAsync(string address) => window.Locator($"a[href^='{address}']").First.ClickAsync();

    public Task SignInAsync(string email, string password) =>
        SubmitAsync("/signin", ("email", email), ("password", password));

    public async Task SignOutAsync()
    {
        await OpenAsync("/signout");
        await SubmitAsync("/signout");
        await ExpectAsync("/signed-out");
    }
}
