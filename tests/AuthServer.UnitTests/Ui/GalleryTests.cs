using System.Text;
using System.Text.Encodings.Web;
using AuthServer.Ui;
using AuthServer.Ui.Controls;

namespace AuthServer.UnitTests.Ui;

/// <summary>Writes every page in every state as a file to look at: bin/.../gallery/index.html.</summary>
public sealed class GalleryTests
{
    [Fact]
    public async Task The_gallery_holds_every_page_in_every_state()
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "gallery");
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "assets"));
        foreach (var asset in new UiAssets(new Links("")).All)
            await File.WriteAllBytesAsync(Path.Combine(folder, "assets", asset.FileName), asset.Content);
        await File.WriteAllTextAsync(
            Path.Combine(folder, "brand.css"), ":root { --brand-hue: 155; --brand-chroma: .14; --radius: 6px; }\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "logo.svg"), Logo("#1a2333"));
        await File.WriteAllTextAsync(Path.Combine(folder, "logo-dark.svg"), Logo("#f2f5fa"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "logo-app.svg"),
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 52 52">
              <rect width="52" height="52" fill="#d9542b"/>
              <path d="M14 14h24v5H20v6h14v5H20v9h-6z" fill="#fff"/>
            </svg>
            """);

        var index = new StringBuilder(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Gallery</title><h1>Gallery</h1><ul>\n");
        foreach (var state in PageStates.All)
        {
            var html = await PageRenderer.HtmlAsync(state);
            foreach (var local in (string[])["assets/", "brand.css", "logo.svg", "logo-dark.svg", "logo-app.svg"])
                html = html.Replace($"\"/{local}", $"\"{local}", StringComparison.Ordinal);

            // Opened as a file, the page must stay to be looked at.
            html = html.Replace(" data-submit-at-load", "", StringComparison.Ordinal).Replace(" data-go-on", "", StringComparison.Ordinal);
            await File.WriteAllTextAsync(Path.Combine(folder, state.Name + ".html"), html);
            index.Append("<li><a href=\"").Append(state.Name).Append(".html\">").Append(HtmlEncoder.Default.Encode(state.Name))
                .Append("</a>\n");
        }

        await File.WriteAllTextAsync(Path.Combine(folder, "index.html"), index.Append("</ul></html>\n").ToString());
        Assert.Equal(PageStates.All.Count + 1, Directory.GetFiles(folder, "*.html").Length);
    }

    private static string Logo(string ink) =>
        $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 150 32">
          <path d="M2 28 16 4l14 24H22l-6-11-6 11z" fill="#2f9e6e"/>
          <text x="38" y="23" font-family="sans-serif" font-size="20" font-weight="700" fill="{ink}">Northwind</text>
        </svg>
        """;
}
