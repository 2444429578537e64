using System.Text.Json;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Metadata;
using AuthServer.Data.Entities;
using AuthServer.Ui.Brand;

namespace AuthServer.UnitTests.Clients;

/// <summary>The look of an app is for apps of the operator alone, and nothing in it goes unread.</summary>
public sealed class BrandMetadataTests
{
    private const string Whole =
        """
        {"colour":"#1a7f4b","radius":6,"font":"serif","background":"plain","logo_url":"https://a.example/l.svg",
         "logo_dark_url":"https://a.example/d.svg","favicon_url":"https://a.example/i.png","help_url":"https://a.example/help"}
        """;

    [Fact]
    public void An_app_of_the_operator_has_a_look()
    {
        var (metadata, problems) = Read(Whole, firstParty: true);
        Assert.Empty(problems);
        Assert.Equal(
            new AppBrand("")
            {
                Colour = Colour.Parse("#1a7f4b"), Radius = 6, Font = BrandFont.Serif, Background = BrandBackground.Plain,
                LogoUrl = "https://a.example/l.svg", LogoDarkUrl = "https://a.example/d.svg",
                FaviconUrl = "https://a.example/i.png", HelpUrl = "https://a.example/help",
            },
            metadata.Brand);
    }

    [Fact]
    public void An_app_of_somebody_else_cannot_have_one()
    {
        Assert.Equal("brand", Assert.Single(Read(Whole, firstParty: false).Problems).Path);
        // A row that another SQL client wrote.
        Assert.Null(Row(firstParty: false).Brand);
        Assert.Equal("Shop", Row(firstParty: true).Brand!.App);
    }

    [Fact]
    public void Its_privacy_notice_and_terms_are_those_of_the_registration_over_https_alone()
    {
        var brand = Row(
            firstParty: true, more: """, "policy_uri":"https://a.example/privacy","tos_uri":"http://localhost/terms" """).Brand!;
        Assert.Equal(("https://a.example/privacy", null), (brand.PrivacyUrl, brand.TermsUrl));
    }

    [Theory]
    [InlineData("""{"colour":"green"}""", "brand.colour")]
    [InlineData("""{"colour":7}""", "brand.colour")]
    [InlineData("""{"radius":25}""", "brand.radius")]
    [InlineData("""{"radius":"6px"}""", "brand.radius")]
    [InlineData("""{"font":"Comic Sans"}""", "brand.font")]
    [InlineData("""{"background":"https://a.example/b.png"}""", "brand.background")]
    [InlineData("""{"logo_url":"http://a.example/l.svg"}""", "brand.logo_url")]
    [InlineData("""{"logo_url":"javascript:alert(1)"}""", "brand.logo_url")]
    [InlineData("""{"logo_dark_url":"https://a.example/d.svg"}""", "brand.logo_dark_url")]
    [InlineData("""{"favicon_url":"http://a.example/i.png"}""", "brand.favicon_url")]
    [InlineData("""{"help_url":"http://a.example/help"}""", "brand.help_url")]
    [InlineData("""{"help_url":"javascript:alert(1)"}""", "brand.help_url")]
    [InlineData("""{"color":"#1a7f4b"}""", "brand.color")]
    [InlineData("""{"name":"AuthPlatform"}""", "brand.name")]
    [InlineData("\"blue\"", "brand")]
    public void What_is_wrong_is_named(string brand, string path) =>
        Assert.Equal(path, Assert.Single(Read(brand, firstParty: true).Problems).Path);

    private static (ClientMetadata Metadata, List<MetadataProblem> Problems) Read(string brand, bool firstParty)
    {
        var problems = new List<MetadataProblem>();
        return (ClientMetadataReader.Read(JsonElement.Parse(Json(brand, firstParty)), problems), problems);
    }

    private static RegisteredClient Row(bool firstParty, string more = "") => RegisteredClient.Of(new Client
    {
        Id = Guid.CreateVersion7(), ClientId = "shop", DisplayName = "Shop",
        Properties = $$"""{"metadata":{{Json(Whole, firstParty, more)}}}""",
    });

    private static string Json(string brand, bool firstParty, string more = "") =>
        $$"""
        {"redirect_uris":["https://a.example/cb"],"first_party":{{(firstParty ? "true" : "false")}},"brand":{{brand}}{{more}}}
        """;
}
