using AuthServer.Ui.Brand;
using AuthServer.Ui.Resources;

namespace AuthServer.Accounts.DevGallery;

/// <summary>In which language and theme the gallery shows something: ?lang=ar&amp;theme=dark&amp;dir=rtl.</summary>
internal sealed record ShownLook(string Language, Theme Theme, string? Direction)
{
    /// <summary>Null: that of the language.</summary>
    public static readonly IReadOnlyList<string?> Directions = [null, "ltr", "rtl"];

    /// <summary>The same for another address of the gallery.</summary>
    public string Query => QueryString.Create("lang", Language).Add("theme", BrandWords.Of(Theme))
        .Add(Direction is null ? QueryString.Empty : QueryString.Create("dir", Direction)).ToUriComponent();

    public static ShownLook Of(HttpContext http)
    {
        var query = http.Request.Query;
        var languages = http.RequestServices.GetRequiredService<LanguageSet>();
        var direction = query["dir"].ToString();
        return new(
            (languages.Find(query["lang"]) ?? languages.Default).Tag, ThemeCookie.Of(query["theme"]) ?? Theme.System,
            Directions.Contains(direction, StringComparer.Ordinal) ? direction : null);
    }
}
