using AngleSharp.Html.Dom;
using AuthServer.Ui.Accounts.MyAccount;
using AuthServer.Ui.Accounts.Registration;
using AuthServer.Ui.Accounts.SignIn;
using AuthServer.Ui.Demo;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Protocol.Errors;
using AuthServer.Ui.Protocol.FormPost;
using Microsoft.AspNetCore.Components;

namespace AuthServer.UnitTests.Ui;

/// <summary>What holds for every page in every state (WCAG 2.2 AA, and a content security policy without inline code).</summary>
public sealed class PageMarkupTests
{
    public static TheoryData<string> Names => [.. PageStates.All.Select(state => state.Name)];

    [Fact]
    public void Every_page_and_every_problem_has_a_state()
    {
        var pages = typeof(SignInPage).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(ComponentBase))
            && type.Name.EndsWith("Page", StringComparison.Ordinal));
        Assert.Empty(pages.Except(PageStates.All.Select(state => state.Page)));
        Assert.Empty(Enum.GetValues<SignInProblem>().Except(Models<SignInModel>().Select(model => model.Problem)));
        Assert.Empty(Enum.GetValues<AccountProblem>().Except(Models<AccountPageModel>().Select(model => model.Problem)));
        Assert.Empty(Enum.GetValues<AccountDone>().Except(Models<AccountPageModel>().Select(model => model.Done)));
        Assert.Empty(Enum.GetValues<DemoProblem>().Except(Models<DemoCallbackModel>().Select(model => model.Problem)));
        Assert.Empty(Enum.GetValues<CreateAccountProblem>().Except(Models<CreateAccountModel>().SelectMany(model => model.Problems)));
    }

    [Fact]
    public void Every_mail_has_a_state_and_every_state_a_name_of_its_own()
    {
        var mails = typeof(MailModel).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(MailModel)));
        Assert.Empty(mails.Except(MailStates.All.Select(state => state.Model.GetType())));
        var names = PageStates.All.Select(state => state.Name).Concat(MailStates.All.Select(state => state.Name)).ToList();
        Assert.Equal(names.Count, names.Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_page_is_a_whole_document_with_language_title_and_one_heading(string name)
    {
        var page = await Page(name);
        Assert.StartsWith("<!DOCTYPE html>", await PageRenderer.HtmlAsync(State(name)), StringComparison.Ordinal);
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains(" - ", page.Title!, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector("meta[name=viewport]"));
        Assert.Equal("light dark", page.QuerySelector("meta[name=color-scheme]")!.GetAttribute("content"));
        // The reference of the API has a place in which its script draws the main part.
        Assert.Single(page.QuerySelectorAll("main, #document"));
        Assert.False(string.IsNullOrWhiteSpace(Assert.Single(page.QuerySelectorAll("h1")).TextContent));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Every_field_has_a_label_and_every_reference_a_target(string name)
    {
        var page = await Page(name);
        foreach (var input in page.QuerySelectorAll("input:not([type=hidden])"))
        {
            var label = input.Closest("label") ?? Assert.Single(page.QuerySelectorAll($"label[for='{input.Id}']"));
            Assert.False(string.IsNullOrWhiteSpace(label.TextContent));
        }

        foreach (
            var reference in page.All.SelectMany(
                element =>
                    new[] { "aria-describedby", "aria-controls", "for" }.SelectMany(
                        attribute => element.GetAttribute(attribute)?.Split(' ') ?? [])))
            Assert.NotNull(page.GetElementById(reference));
        var ids = page.QuerySelectorAll("[id]").Select(element => element.Id).ToList();
        Assert.Equal(ids.Count, ids.Distinct().Count());
        foreach (var picture in page.QuerySelectorAll("img"))
            Assert.True(picture.HasAttribute("alt"));
        foreach (var control in page.QuerySelectorAll("a, button"))
            Assert.False(string.IsNullOrWhiteSpace(control.TextContent));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_page_has_no_inline_style_or_script(string name)
    {
        var page = await Page(name);
        Assert.Empty(page.QuerySelectorAll("style, [style]"));
        Assert.All(page.QuerySelectorAll("script"), script => Assert.True(script.HasAttribute("src") && script.TextContent.Length == 0));
        Assert.DoesNotContain(
            page.All.SelectMany(element => element.Attributes), attribute =>
                attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_form_to_us_carries_the_antiforgery_token_and_a_form_to_an_app_does_not(string name)
    {
        var state = State(name);
        foreach (var form in (await Page(name)).Forms)
        {
            Assert.Equal("post", form.Method);
            Assert.Equal(
                state.Page == typeof(FormPostPage) || state.Model is ErrorModel { BackFields: not null }
                    ? 0
                    : 1, form.QuerySelectorAll($"input[value='{PageRenderer.AntiforgeryValue}']").Length);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public async Task At_most_one_action_is_primary_and_one_element_takes_the_focus(string name)
    {
        var page = await Page(name);
        Assert.True(page.QuerySelectorAll(".primary").Length <= 1);
        var focused = page.QuerySelectorAll("[autofocus]");
        Assert.True(focused.Length <= 1);
        var notice = page.QuerySelector("[role=alert]");
        if (notice is null)
            return;
        Assert.Equal("-1", notice.GetAttribute("tabindex"));
        // A wrong field has it instead: one types at once.
        var wrong = page.QuerySelector("[aria-invalid]");
        Assert.True(focused.Single() == notice || (wrong is not null && focused.Single().HasAttribute("aria-invalid")));
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_password_is_never_sent_back(string name) =>
        Assert.All((await Page(name)).QuerySelectorAll("input[type=password]"), input => Assert.False(input.HasAttribute("value")));

    [Theory, MemberData(nameof(Names))]
    public async Task A_marked_field_says_what_is_wrong(string name)
    {
        var page = await Page(name);
        Assert.All(page.QuerySelectorAll("[aria-invalid]"), input => Assert.True(input.HasAttribute("aria-describedby")));
        Assert.True(page.QuerySelector("[aria-invalid]") is null || page.QuerySelector("[aria-invalid][autofocus]") is not null);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task Every_gap_of_a_text_is_filled(string name) =>
        Assert.DoesNotMatch(@"\{\d\}", (await Page(name)).Body!.TextContent);

    [Theory, MemberData(nameof(Names))]
    public async Task The_texts_are_calm(string name)
    {
        var text = (await Page(name)).Body!.TextContent;
        foreach (var word in (string[])["!", "Oops", "Sorry", "Log in", "Login", "client_id", "{0}", "{1}"])
            Assert.DoesNotContain(word, text, StringComparison.OrdinalIgnoreCase);
    }

    private static PageState State(string name) => PageStates.All.Single(state => state.Name == name);

    private static Task<IHtmlDocument> Page(string name) => PageRenderer.DocumentAsync(State(name));

    private static IEnumerable<TModel> Models<TModel>() => PageStates.All.Select(state => state.Model).OfType<TModel>();
}
