using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AuthServer.Ui.Accounts.MyAccount.Data;
using AuthServer.Ui.Accounts.MyAccount.Security;
using AuthServer.Ui.Accounts.SecondFactors;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Protocol.Devices;
using AuthServer.UnitTests.Architecture;

namespace AuthServer.UnitTests.Ui;

/// <summary>
/// WCAG 2.2, 3.3.8 and 1.3.5: nobody has to remember or to copy by hand. Managers of passwords know the fields, and what is pasted stays;
/// the end-to-end AccessibilityTests paste.
/// </summary>
public sealed class FieldPurposeTests
{
    private static readonly string[] NotTyped = ["hidden", "checkbox", "radio", "file"];

    [Fact]
    public async Task Every_field_says_what_it_is_for()
    {
        List<string> wrong = [];
        var seen = 0;
        foreach (var state in PageStates.All)
        {
            foreach (var field in (await PageRenderer.DocumentAsync(state)).QuerySelectorAll<IHtmlInputElement>("form input"))
            {
                if (NotTyped.Contains(field.Type)) continue;
                seen++;
                if (!IsRight(state, field)) wrong.Add($"{state.Name}: {field.Name} is for {field.GetAttribute("autocomplete")}");
            }
        }

        Assert.Equal([], wrong);
        Assert.True(seen > 300);
    }

    /// <summary>Otherwise a manager of passwords saves a password of nobody.</summary>
    [Fact]
    public async Task Beside_every_password_stands_whose_it_is()
    {
        List<string> wrong = [];
        var seen = 0;
        foreach (var state in PageStates.All)
        {
            foreach (var form in (await PageRenderer.DocumentAsync(state)).Forms)
            {
                if (form.QuerySelector("[type=password]") is null) continue;
                seen++;
                if (form.QuerySelector("[autocomplete~=username]") is null) wrong.Add(state.Name);
            }
        }

        Assert.Equal([], wrong);
        Assert.True(seen > 20);
    }

    [Fact]
    public async Task No_field_of_a_sign_in_is_closed_or_too_short_for_what_is_pasted()
    {
        List<string> wrong = [];
        foreach (var state in PageStates.All)
        {
            var page = await PageRenderer.DocumentAsync(state);
            wrong.AddRange(page.QuerySelectorAll<IHtmlInputElement>("form input")
                .Where(field => (field.Type == "password" || field.Name is "code" or "email") && field.Closest("[hidden]") is null)
                .Where(field => field.IsReadOnly || field.IsDisabled || field.MaxLength is > 0 and < 64)
                .Select(field => $"{state.Name}: {field.Name}"));
        }

        Assert.Equal([], wrong);
    }

    [Fact]
    public void No_script_hears_of_the_clipboard_or_of_keys()
    {
        var scripts = Directory.GetFiles(Path.Combine(Sources.Root, "src", "AuthServer.Ui", "wwwroot"), "*.js");
        Assert.True(scripts.Length > 3);
        foreach (var word in new[] { "paste", "beforeinput", "keydown", "keypress", "keyup", "\"drop\"" })
            Assert.Equal([], scripts.Where(script => File.ReadAllText(script).Contains(word, StringComparison.Ordinal)));
    }

    /// <summary>What <c>autocomplete</c> may say (HTML, autofill).</summary>
    private static bool IsRight(PageState state, IHtmlInputElement field)
    {
        var purpose = field.GetAttribute("autocomplete");
        return (field.Type, field.Name) switch
        {
            // The rules stand beside one that is being chosen.
            ("password", _) when field.GetAttribute("aria-describedby")?.Contains("password-rules", StringComparison.Ordinal) == true
                => purpose == "new-password",
            ("password", _) => purpose == "current-password",
            // Nothing on this device could fill in what is on paper, or on the screen of another one.
            (_, "code") when state.Page == typeof(DeviceCodePage)
                || state.Model is SecondStepModel { UsesRecoveryCode: true } or KeepAccountModel { TakesRecoveryCode: true }
                => purpose == "off",
            (_, "code") => purpose == "one-time-code",
            // What is typed to confirm a deletion must not come by itself.
            (_, "email") when state.Page == typeof(DeleteAccountPage) => purpose == "off",
            (_, "email") when state.Page == typeof(ChangeEmailPage) => purpose == "email",
            (_, "email") => purpose is "username" or "username webauthn",
            // HTML has no word for a time zone.
            (_, "zoneinfo") => purpose is null,
            _ => !string.IsNullOrEmpty(purpose),
        };
    }
}
