using AngleSharp.Html.Dom;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Accounts.SignOut;
using AuthServer.Ui.Controls;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Protocol.Consent;
using AuthServer.Ui.Resources;
using Microsoft.AspNetCore.Components;

namespace AuthServer.UnitTests.Ui;

/// <summary>What single pages say and send.</summary>
public sealed class PageContentTests
{
    [Fact]
    public async Task Sign_in_posts_what_the_server_reads_and_keeps_what_was_typed()
    {
        var page = await Page<SignInPage>(
            new SignInModel { Email = "alice@example.com", ReturnUrl = "/next?a=1&b=2", Problem = SignInProblem.Wrong,
                KeepSignedIn = true });
        var form = Assert.Single(page.Forms);
        Assert.Equal("/signin", form.GetAttribute("action"));
        Assert.Equal("alice@example.com", Value(page, "email"));
        Assert.Equal("/next?a=1&b=2", Value(page, "returnUrl"));
        Assert.Equal("true", Value(page, "keep"));
        Assert.True(page.QuerySelector("[name=keep]")!.HasAttribute("checked"));
        Assert.Equal("username", page.QuerySelector("[name=email]")!.GetAttribute("autocomplete"));
        Assert.Equal("current-password", page.QuerySelector("[name=password]")!.GetAttribute("autocomplete"));
        Assert.All(
            page.QuerySelectorAll("[name=email], [name=password]"), input => Assert.Equal("true", input.GetAttribute("aria-invalid")));
    }

    [Fact]
    public async Task The_rules_of_a_password_are_text_and_the_failed_ones_say_so()
    {
        var page = await Page<CreateAccountPage>(
            new CreateAccountModel { PasswordRules = new(12, true), Problems = [CreateAccountProblem.PasswordNeedsDigit] });
        var rules = page.QuerySelectorAll("#password-rules li");
        Assert.Equal(6, rules.Length);
        Assert.Contains("12", rules[0].TextContent, StringComparison.Ordinal);
        Assert.Equal(Texts.RuleDigit, Assert.Single(rules, rule => rule.ClassName == "missing").FirstChild!.TextContent.Trim());
        var described = page.GetElementById("password")!.GetAttribute("aria-describedby")!.Split(' ');
        Assert.Equal(["password-error", "password-rules"], described);

        var plain = await Page<CreateAccountPage>(new CreateAccountModel { PasswordRules = new(15, false) });
        Assert.Equal(["length", "guess"], plain.QuerySelectorAll("#password-rules li").Select(li => li.GetAttribute("data-rule")));
        Assert.Equal("15", plain.QuerySelector("#password-rules li")!.GetAttribute("data-least"));
    }

    [Fact]
    public async Task A_weak_password_is_said_once_beside_its_field()
    {
        var page = await Page<CreateAccountPage>(
            new CreateAccountModel { PasswordRules = new(12, true), Problems = [CreateAccountProblem.PasswordTooCommon] });
        Assert.Empty(page.QuerySelectorAll("[role=alert], .missing"));
        Assert.Equal(Texts.PasswordTooCommon, page.GetElementById("password-error")!.TextContent.Trim());
        Assert.True(page.GetElementById("password")!.HasAttribute("autofocus"));
    }

    [Fact]
    public async Task A_sentence_and_the_link_after_it_stand_apart()
    {
        var page = await Page<CreateAccountPage>(
            new CreateAccountModel
            {
                PasswordRules = new(12, true), SignInUrl = "/signin", Email = "a@example.com", Problems = [CreateAccountProblem.EmailTaken],
            });
        Assert.Contains(". " + Texts.SignIn, page.QuerySelector("[role=alert]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public void No_two_promises_sound_alike()
    {
        var promises = new[] { "openid", "profile", "email", "address", "phone", "offline_access" }
            .Select(scope => ScopePromises.ForStandard(scope, new("Alice", "alice@example.com", "A"))!).ToList();
        Assert.Equal(promises.Count, promises.Select(promise => promise.Title).Distinct().Count());
        Assert.Equal("Recognise you when you come back", promises[0].Title);
        Assert.Equal("See your profile", promises[1].Title);
    }

    [Fact]
    public async Task A_form_shows_our_errors_and_not_those_of_the_browser()
    {
        var page = await Page<SignInPage>(new SignInModel { Problem = SignInProblem.Incomplete });
        Assert.True(Assert.Single(page.Forms).HasAttribute("novalidate"));
        Assert.Equal(Texts.EmailMissing, page.GetElementById("email-error")!.TextContent.Trim());
        Assert.Equal(Texts.PasswordMissing, page.GetElementById("password-error")!.TextContent.Trim());
        Assert.Equal("email", page.QuerySelector("[autofocus]")!.Id);
        Assert.True(
            Assert.Single((await Page<CreateAccountPage>(new CreateAccountModel { PasswordRules = new(12, true) })).Forms)
                .HasAttribute("novalidate"));
    }

    [Fact]
    public async Task Switching_leads_to_other_accounts_first()
    {
        var page = await Page<SignInPage>(PageStates.All.First(state => state.Name == "sign-in-switching").Model);
        Assert.Equal(Texts.SignIn, page.QuerySelector(".primary")!.TextContent);
        Assert.Equal("email", page.QuerySelector("[autofocus]")!.Id);
        Assert.Equal("/next", page.QuerySelector("form ~ .stack a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task An_account_without_a_name_shows_its_address_once()
    {
        var page = await Page<ConsentPage>(PageStates.All.First(state => state.Name == "consent-logo").Model);
        Assert.Equal("alice@example.com", Assert.Single(page.QuerySelectorAll(".names bdi")).InnerHtml);
    }

    [Fact]
    public async Task A_long_address_breaks_at_its_joints()
    {
        var page = await Page<ConsentPage>(PageStates.All.First(state => state.Name == "consent-everything").Model);
        Assert.Contains(
            page.QuerySelectorAll(".names bdi"), text => text.InnerHtml.EndsWith("<wbr>@accounting<wbr>.subsidiary<wbr>.example<wbr>.com",
                StringComparison.Ordinal));
    }

    [Fact]
    public async Task Consent_shows_the_papers_of_the_app_and_the_logo_of_the_operator()
    {
        var page = await PageRenderer.DocumentAsync(PageStates.All.First(state => state.Name == "consent-branded"));
        Assert.Equal(
            ["https://fieldnotes.example/privacy", "https://fieldnotes.example/terms"], page.QuerySelectorAll(".papers a")
                .Select(link => link.GetAttribute("href")));
        Assert.Equal("Northwind", page.QuerySelector(".mark img")!.GetAttribute("alt"));
        Assert.Null(page.QuerySelector(".glyph"));
    }

    [Fact]
    public async Task Only_the_fields_that_are_wrong_are_marked()
    {
        var page = await Page<CreateAccountPage>(
            new CreateAccountModel { Email = "a@example.com", FirstName = "Alice", PasswordRules = new(12, true),
                Problems = [CreateAccountProblem.EmailTaken, CreateAccountProblem.NameTooLong] });
        Assert.Equal(["email", "first_name"], page.QuerySelectorAll("[aria-invalid=true]").Select(input => input.GetAttribute("name")));
    }

    [Fact]
    public async Task Consent_sends_the_decision_with_the_button_that_was_pressed()
    {
        var page = await Page<ConsentPage>(PageStates.All.First(state => state.Name == "consent").Model);
        Assert.Equal(["deny", "allow"], page.QuerySelectorAll("button[name=decision]").Select(button => button.GetAttribute("value")));
        Assert.Equal("/consent", Assert.Single(page.Forms).GetAttribute("action"));
        Assert.Contains("fieldnotes.example", page.QuerySelector(".lede")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sign_out_gives_the_handle_of_the_request_back()
    {
        var page = await Page<SignOutPage>(new SignOutModel { Request = "handle" });
        Assert.Equal("handle", Value(page, "request"));
        Assert.Null((await Page<SignOutPage>(new SignOutModel())).QuerySelector("[name=request]"));
    }

    [Theory]
    [InlineData("openid")]
    [InlineData("profile")]
    [InlineData("email")]
    [InlineData("address")]
    [InlineData("phone")]
    [InlineData("offline_access")]
    public void A_standard_scope_is_a_promise_in_plain_words(string scope)
    {
        var promise = ScopePromises.ForStandard(scope, new AccountChip("Alice", "alice@example.com", "A"))!;
        Assert.True(promise.Title.Split(' ').Length >= 3);
        Assert.NotEqual(ScopeIcon.Document, promise.Icon);
        Assert.Equal(scope == "email", promise.Detail == "alice@example.com");
    }

    [Fact]
    public void A_scope_of_an_api_is_not_a_standard_one_and_falls_back_to_its_name()
    {
        Assert.Null(ScopePromises.ForStandard("notes:write", new AccountChip("Alice", "alice@example.com", "A")));
        Assert.Contains("notes:write", ScopePromises.ForApi("notes:write", " ", null).Title, StringComparison.Ordinal);
        Assert.Equal("Write notes", ScopePromises.ForApi("notes:write", "Write notes", null).Title);
    }

    [Theory]
    [InlineData(null, "a little")]
    [InlineData(-1.0, "a little")]
    [InlineData(0.4, "a second")]
    [InlineData(1.2, "2 seconds")]
    [InlineData(60.0, "a minute")]
    [InlineData(61.0, "2 minutes")]
    [InlineData(3600.0, "an hour")]
    [InlineData(3601.0, "2 hours")]
    public void A_wait_is_rounded_up_in_words(double? seconds, string words) =>
        Assert.Equal(words, Text.Wait(seconds is { } value ? TimeSpan.FromSeconds(value) : null));

    private static Task<IHtmlDocument> Page<TPage>(object model) where TPage : IComponent =>
        PageRenderer.DocumentAsync(new PageState("", typeof(TPage), model));

    private static string? Value(IHtmlDocument page, string name) => page.QuerySelector($"[name={name}]")?.GetAttribute("value");
}
