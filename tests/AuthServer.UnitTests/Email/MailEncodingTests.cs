using AngleSharp.Html.Parser;
using AuthServer.Ui.Emails;
using AuthServer.Ui.Gallery;
using AuthServer.Ui.Layout;
using AuthServer.UnitTests.Ui;

namespace AuthServer.UnitTests.Email;

/// <summary>No value of a mail becomes markup or a script address, whichever property of whichever mail it arrives in.</summary>
public sealed class MailEncodingTests
{
    public static TheoryData<string> Names => [.. MailStates.All.Select(state => state.Name)];

    [Theory, MemberData(nameof(Names))]
    public async Task Markup_in_any_text_stays_text(string name)
    {
        var mail = await DrawAsync(name, PageEncodingTests.Markup);
        var document = new HtmlParser().ParseDocument(mail.Html);
        Assert.Empty(document.QuerySelectorAll("script, [onerror], [src=x]"));
        Assert.Contains("alert(1)", document.Body!.TextContent, StringComparison.Ordinal);
        Assert.Contains("alert(1)", mail.Text, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public async Task A_script_address_never_becomes_a_link(string name)
    {
        var document = new HtmlParser().ParseDocument((await DrawAsync(name, PageEncodingTests.ScriptAddress)).Html);
        foreach (var attribute in document.All.SelectMany(element => element.Attributes).Where(each => each.Name is "href" or "src"))
            Assert.DoesNotContain("javascript", attribute.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static Task<DrawnMail> DrawAsync(string name, string probe)
    {
        var state = MailStates.All.Single(each => each.Name == name);
        return MailDrawingTests.DrawAsync(
            state.Mail, (MailModel)PageEncodingTests.Filled(state.Model, probe)!, new Branding { Name = probe });
    }
}
