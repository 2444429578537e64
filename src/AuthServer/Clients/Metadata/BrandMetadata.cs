using System.Text.Json;
using AuthServer.Ui.Brand;
using AuthServer.Ui.Layout;

namespace AuthServer.Clients.Metadata;

/// <summary>The member <c>brand</c> of a client: the look of the pages that its requests lead to.</summary>
internal static class BrandMetadata
{
    private const string ColourMember = "colour", RadiusMember = "radius", FontMember = "font", BackgroundMember = "background";
    private const string LogoMember = "logo_url", LogoDarkMember = "logo_dark_url";
    private const string FaviconMember = "favicon_url", HelpMember = "help_url";

    private static readonly string[] Members =
        [ColourMember, RadiusMember, FontMember, BackgroundMember, LogoMember, LogoDarkMember, FaviconMember, HelpMember];

    /// <returns>Null where there is none; name, terms and privacy notice of the app are filled in by who knows them.</returns>
    public static AppBrand? Read(JsonElement? json, ICollection<MetadataProblem> problems)
    {
        if (json is not { } brand) return null;
        var found = new List<MetadataProblem>();
        var read = new JsonMembers(brand, found);
        // It would have no effect, and the operator would look for the reason.
        foreach (var member in brand.EnumerateObject().Where(m => !Members.Contains(m.Name)))
        {
            found.Add(new(member.Name, $"is none of {string.Join(", ", Members)}"));
        }

        var look = new AppBrand("")
        {
            Colour = Judged(ColourMember, read.Text(ColourMember, 7), Colour.Parse, "must be a colour such as #1a7f4b", found),
            Radius = RadiusOf(brand, found),
            Font = WordOf<BrandFont>(FontMember, read, found),
            Background = WordOf<BrandBackground>(BackgroundMember, read, found),
            LogoUrl = read.HttpsAddress(LogoMember),
            LogoDarkUrl = read.HttpsAddress(LogoDarkMember),
            FaviconUrl = read.HttpsAddress(FaviconMember),
            HelpUrl = read.HttpsAddress(HelpMember),
        };
        if (look is { LogoUrl: null, LogoDarkUrl: not null }) found.Add(new(LogoDarkMember, $"needs {LogoMember}, which light pages show"));
        foreach (var problem in found) problems.Add(problem with { Path = "brand." + problem.Path });
        return look;
    }

    private static int? RadiusOf(JsonElement brand, List<MetadataProblem> problems)
    {
        if (!brand.TryGetProperty(RadiusMember, out var value)) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var radius) && radius is >= 0 and <= Branding.MostRadius)
        {
            return radius;
        }
        problems.Add(new(RadiusMember, $"must be a whole number of pixels from 0 to {Branding.MostRadius}"));
        return null;
    }

    private static T? WordOf<T>(string member, JsonMembers read, List<MetadataProblem> problems) where T : struct, Enum => Judged(
        member, read.Text(member, 20), BrandWords.Read<T>, $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(BrandWords.Of))}",
        problems);

    private static T? Judged<T>(string member, string? text, Func<string?, T?> parse, string rule, List<MetadataProblem> problems)
        where T : struct
    {
        if (text is null) return null;
        if (parse(text) is { } value) return value;
        problems.Add(new(member, rule));
        return null;
    }
}
