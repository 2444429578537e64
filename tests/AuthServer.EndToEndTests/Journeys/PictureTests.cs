using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;
using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The pictures of docs/people.md come from the gallery: tests/pictures.sh draws them.</summary>
public sealed class PictureTests(World world)
{
    /// <summary>Of all pictures together: whoever clones the repository has them.</summary>
    private const long MostBytes = 1_500_000;

    private static readonly string Folder = Path.Combine(Program.Root, "docs", "pictures");

    private static readonly (string State, int Width, string Theme)[] Pictures =
    [
        ("sign-in-filled", 390, "light"), ("sign-in-filled", 390, "dark"), ("sign-in-filled", 1280, "light"),
        ("create-account-first-time", 390, "light"), ("consent", 390, "light"), ("consent", 390, "dark"),
        ("second-step", 390, "light"), ("account", 390, "light"), ("account", 1280, "light"), ("account", 1280, "dark"),
        ("account-profile-picture", 1280, "light"), ("account-sessions", 1280, "light"), ("account-apps", 390, "dark"),
        ("sign-in-of-an-app-with-logo", 390, "light"), ("sign-in-of-an-app-with-logo", 390, "dark"),
        ("passkey-offer", 390, "light"), ("account-security-passkeys", 1280, "light"), ("recovery-codes", 390, "light"),
        ("mailed-code", 390, "light"), ("new-password-added", 390, "dark"), ("account-activity", 1280, "light"),
        ("mail-new-sign-in", 1280, "light"), ("mail-password-reset", 1280, "light"),
    ];

    [Fact]
    public async Task The_documents_have_the_pictures_of_the_gallery()
    {
        if (Environment.GetEnvironmentVariable("UPDATE_PICTURES") == "1") await DrawAsync();
        Assert.All(Pictures, picture => Assert.True(File.Exists(PathOf(picture)), $"{PathOf(picture)} is missing: run tests/pictures.sh"));
        Assert.Equal(Pictures.Length, Directory.GetFiles(Folder).Length);
        Assert.InRange(Directory.GetFiles(Folder).Sum(file => new FileInfo(file).Length), 1, MostBytes);
    }

    private async Task DrawAsync()
    {
        Directory.CreateDirectory(Folder);
        foreach (var picture in Pictures)
        {
            var (state, width, theme) = picture;
            await using var context = await world.Chromium.NewContextAsync(
                Axe.Window(width, theme == "dark" ? ColorScheme.Dark : ColorScheme.Light));
            var tab = await context.NewPageAsync();
            var kind = state.StartsWith("mail-", StringComparison.Ordinal) ? "mail" : "page";
            var answer = await tab.GotoAsync($"{world.Server}/dev/gallery/{kind}/{state}?theme={theme}");
            Assert.True(answer!.Ok, state);
            await tab.ScreenshotAsync(new() { Path = PathOf(picture), FullPage = width < 500, Animations = ScreenshotAnimations.Disabled });
        }
    }

    private static string PathOf((string State, int Width, string Theme) picture) =>
        Path.Combine(Folder, $"{picture.State}-{picture.Width}-{picture.Theme}.png");
}
