using System.Text;
using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Hosting.Configuring;
using AuthServer.Ui;
using AuthServer.Ui.Controls;
using AuthServer.Users.Passkeys;

namespace AuthServer.UnitTests.Hosting;

/// <summary>PASSKEY_PROVIDERS_FILE: names and icons of what keeps passkeys, from a list that others publish.</summary>
public sealed class PasskeyProviderOptionsTests : IDisposable
{
    private const string OnePassword = "bada5566-a7aa-401f-bd96-45619a55120d", Vault = "5ca1ab1e-0000-4000-8000-00000000beef";
    private const string Plain = "00000000-0000-0000-0000-000000000001", Bitwarden = "d548826e-79b4-db40-a3d8-11116f7e8349";
    private const string Square = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><rect width="1" height="1"/></svg>""";
    private const string Png = "data:image/png;base64,iVBORw0KGgo=";

    private readonly string _folder = Directory.CreateTempSubdirectory("providers-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Names_and_icons_of_the_file_count_more_than_those_that_are_built_in()
    {
        var options = Read(
            $$"""
            { "{{OnePassword}}": { "name": "One", "icon_dark": "{{Svg(Square)}}", "icon_light": "{{Svg(Square)}}" },
              "{{Vault.ToUpperInvariant()}}":
                { "name": " Sésame ", "icon_light": "{{Png}}", "icon_dark": "{{Svg(Square)}}", "since": 2026 },
              "{{Plain}}": { "name": "Plain", "icon_light": null, "icon_dark": "" } }
            """,
            out var problems);
        Assert.Empty(problems);
        Assert.Empty(options.Warnings);
        var providers = options.ToProviders();
        Assert.Equal(
            ["One", "Sésame", "Plain", "Bitwarden"],
            new[] { OnePassword, Vault, Plain, Bitwarden }.Select(model => providers.NameOf(new Guid(model))));
        Assert.Null(providers.NameOf(null));
        Assert.Null(providers.NameOf(Guid.CreateVersion7()));

        // One picture that several have is one file, and one that serves both themes is named once.
        Assert.Equal(2, options.Icons.Count);
        var (one, vault) = (providers.IconOf(new(OnePassword))!, providers.IconOf(new(Vault))!);
        Assert.Null(one.Dark);
        Assert.Equal(one.Light, vault.Dark);
        Assert.EndsWith(".png", vault.Light, StringComparison.Ordinal);
        Assert.Null(providers.IconOf(new(Plain)));
        var assets = new UiAssets(new Links(""), new BrandOptions().ToBranding(options.Icons));
        Assert.Equal([one.Light, vault.Light], options.Icons.Select(icon => assets.Url(icon.Name)));
    }

    [Theory]
    [InlineData("[]", "is no JSON object")]
    [InlineData("{", "is no JSON object")]
    [InlineData("", "is no JSON object")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": "One" }""", "is no JSON object of objects")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": 1 } }""", "is no JSON object of objects")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": "\ud800" } }""", "is no JSON object of objects")]
    [InlineData("""{ "bada5566a7aa401fbd9645619a55120d": { "name": "One" } }""", "has \"bada5566a7aa401fbd9645619a55120d\" for")]
    [InlineData("""{ "a\nb": { "name": "One" } }""", "has \"ab\" for an AAGUID")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": {} }""", "has no name")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": " " } }""", "has no name")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": "a\nb" } }""", "has no name")]
    [InlineData("""{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": "a\u202eb" } }""", "has no name")]
    [InlineData(
        """{ "bada5566-a7aa-401f-bd96-45619a55120d": { "name": "A" }, "BADA5566-a7aa-401f-bd96-45619a55120d": { "name": "B" } }""",
        "has bada5566-a7aa-401f-bd96-45619a55120d twice")]
    public void A_file_that_is_no_such_list_is_refused_with_the_key_and_what_to_do(string text, string wrong)
    {
        Read(text, out var problems);
        var problem = Assert.Single(problems);
        Assert.StartsWith("PASSKEY_PROVIDERS_FILE: the file ", problem, StringComparison.Ordinal);
        Assert.Contains(wrong, problem, StringComparison.Ordinal);
        Assert.EndsWith(
            "; name a list in the form of passkey-authenticator-aaguids, or leave the setting out", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_is_as_long_as_that_of_a_passkey_may_be()
    {
        Read($$"""{ "{{Vault}}": { "name": "{{new string('x', 100)}}" } }""", out var problems);
        Assert.Empty(problems);
        Read($$"""{ "{{Vault}}": { "name": "{{new string('x', 101)}}" } }""", out problems);
        Assert.Contains("no name of 1 to 100 characters", Assert.Single(problems), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_missing_or_too_large_is_refused()
    {
        var missing = new PasskeyProviderOptions { Path = Path.Combine(_folder, "none.json") };
        Assert.Contains("cannot be read; name a file", Assert.Single(Check(missing)), StringComparison.Ordinal);
        Read("{}" + new string(' ', 10 * 1024 * 1024), out var problems);
        Assert.Contains("is larger than 10240 KB; name a smaller one", Assert.Single(problems), StringComparison.Ordinal);
    }

    /// <summary>The operator cannot mend a list of others: one strange picture must not cost the start.</summary>
    [Theory]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>")]
    [InlineData("<!DOCTYPE svg><svg xmlns=\"http://www.w3.org/2000/svg\"/>")]
    [InlineData("<svg xmlns=\"http://www.w3.org/2000/svg\"><image href=\"https://evil.example/x.png\"/></svg>")]
    [InlineData("GIF89a")]
    [InlineData("")]
    public void An_icon_that_may_not_be_served_is_left_out_and_the_start_says_whose(string picture)
    {
        var options = Read(
            $$"""{ "{{Vault}}": { "name": "Vault", "icon_light": "{{Svg(picture)}}", "icon_dark": "{{Svg(picture)}}" } }""",
            out var problems);
        Assert.Empty(problems);
        AssertLeftOut(options);
    }

    [Theory]
    [InlineData("https://evil.example/icon.svg")]
    [InlineData("javascript:alert(1)")]
    [InlineData("data:text/html;base64,PHN2Zy8+")]
    [InlineData("data:image/svg+xml,<svg/>")]
    [InlineData("data:image/png;base64,no base64!")]
    [InlineData("data:image/png;base64,R0lGODlh")]
    [InlineData("x")]
    public void An_icon_is_a_data_address_of_a_picture(string address)
    {
        var options = Read($$"""{ "{{Vault}}": { "name": "Vault", "icon_light": "{{address}}" } }""", out var problems);
        Assert.Empty(problems);
        AssertLeftOut(options);
    }

    [Fact]
    public void An_icon_that_is_too_large_is_left_out_and_the_other_one_serves_both_themes()
    {
        var large = Square.Replace("<rect", new string(' ', 100 * 1024) + "<rect", StringComparison.Ordinal);
        var options = Read(
            $$"""{ "{{Vault}}": { "name": "Vault", "icon_light": "{{Svg(large)}}", "icon_dark": "{{Png}}" } }""", out var problems);
        Assert.Empty(problems);
        Assert.Contains("Vault", Assert.Single(options.Warnings), StringComparison.Ordinal);
        var icon = options.ToProviders().IconOf(new(Vault))!;
        Assert.EndsWith(".png", icon.Light, StringComparison.Ordinal);
        Assert.Null(icon.Dark);
    }

    /// <summary>Those who publish the list say that it will be empty one day.</summary>
    [Fact]
    public void An_empty_list_is_told_and_the_names_that_are_built_in_stay()
    {
        var options = Read("\ufeff{}", out var problems);
        Assert.Empty(problems);
        Assert.Contains("names nothing", Assert.Single(options.Warnings), StringComparison.Ordinal);
        Assert.Equal("1Password", options.ToProviders().NameOf(new(OnePassword)));
        Assert.Empty(new PasskeyProviderOptions().Warnings);
    }

    [Theory]
    [InlineData("internal hybrid", false, null, PasskeyShape.Device)]
    [InlineData("internal", true, null, PasskeyShape.Manager)]
    [InlineData("internal", false, OnePassword, PasskeyShape.Manager)]
    [InlineData("internal", false, Vault, PasskeyShape.Device)]
    [InlineData("internal", false, "08987058-cadc-4b81-b6e1-30de50dcbe96", PasskeyShape.Device)]
    [InlineData("", false, "cb69481e-8ff7-4039-93ec-0a2729a154a8", PasskeyShape.Key)]
    [InlineData("nfc usb", false, "08987058-cadc-4b81-b6e1-30de50dcbe96", PasskeyShape.Key)]
    public void The_form_follows_from_what_the_passkey_says_then_from_its_model(
        string transports, bool synced, string? model, PasskeyShape shape) =>
        Assert.Equal(shape, PasskeyProviders.ShapeOf(new Passkey
        {
            CredentialId = [], PublicKey = [], Name = "", Transports = transports, IsBackupEligible = synced,
            Aaguid = model is null ? null : new Guid(model),
        }));

    private static void AssertLeftOut(PasskeyProviderOptions options)
    {
        var warning = Assert.Single(options.Warnings);
        Assert.StartsWith("PASSKEY_PROVIDERS_FILE: ", warning, StringComparison.Ordinal);
        Assert.Contains("of Vault", warning, StringComparison.Ordinal);
        Assert.Empty(options.Icons);
        var providers = options.ToProviders();
        Assert.Equal("Vault", providers.NameOf(new(Vault)));
        Assert.Null(providers.IconOf(new(Vault)));
    }

    private static string Svg(string text) => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static IReadOnlyList<string> Check(PasskeyProviderOptions options)
    {
        var problems = new SettingProblems();
        options.Check(problems);
        return problems.Lines;
    }

    private PasskeyProviderOptions Read(string text, out IReadOnlyList<string> problems)
    {
        var options = new PasskeyProviderOptions { Path = Path.Combine(_folder, "aaguid.json") };
        File.WriteAllText(options.Path, text);
        problems = Check(options);
        return options;
    }
}
