using System.Text;
using AuthServer.Ui.Brand;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.UnitTests.Ui;

/// <summary>The stylesheet of an app's look comes from its address, and nothing gets into it unread.</summary>
public sealed class AppSheetTests
{
    private static readonly AppBrand Whole = new("Fieldnotes")
    {
        Colour = Colour.Parse("#1a7f4b"), Radius = 6, Font = BrandFont.Serif, Background = BrandBackground.Plain,
    };

    [Fact]
    public void An_address_says_all_of_the_look()
    {
        var sheet = Read(AppSheet.QueryOf(Whole, "1")!)!;
        Assert.Contains("--fill: #1a7f4b;", sheet, StringComparison.Ordinal);
        Assert.Contains("--radius: 6px", sheet, StringComparison.Ordinal);
        Assert.Contains("ui-serif", sheet, StringComparison.Ordinal);
        Assert.Contains("--backdrop: var(--paper)", sheet, StringComparison.Ordinal);
        Assert.Equal(sheet.Count(c => c == '{'), sheet.Count(c => c == '}'));
        Assert.Null(AppSheet.QueryOf(new AppBrand("Fieldnotes") { LogoUrl = "https://x.example/logo.svg" }, "1"));
    }

    [Theory]
    [InlineData("?colour=red")]
    [InlineData("?colour=1a7f4b%7D%20body%20%7B")]
    [InlineData("?radius=25")]
    [InlineData("?radius=-1")]
    [InlineData("?radius=6px%7D")]
    [InlineData("?font=Comic%20Sans")]
    [InlineData("?background=url(https://x.example)")]
    [InlineData("?colour=1a7f4b&colour=000000")]
    [InlineData("?other=1")]
    public void Whatever_is_no_look_is_answered_with_nothing(string query) => Assert.Null(Read(query));

    private static string? Read(string query) =>
        AppSheet.Read(new QueryCollection(QueryHelpers.ParseQuery(query))) is { } sheet ? Encoding.UTF8.GetString(sheet) : null;
}
