using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;

namespace AuthServer.EndToEndTests.Fixtures;

/// <summary>One person at one browser window with nothing in it yet.</summary>
public abstract class Journey(World world) : IAsyncLifetime
{
    private readonly List<string> _complaints = [];
    private IBrowserContext? _context;

    protected World World { get; } = world;

    protected IPage Window { get; private set; } = null!;

    /// <summary>The app that the person wants to use.</summary>
    protected NotebookApp App => new(Window, World.App);

    protected SignInPage SignIn => new(Window);

    protected ConsentPage Consent => new(Window);

    protected virtual BrowserNewContextOptions Options => new();

    public virtual async ValueTask InitializeAsync() => await OpenAsync(Options);

    public virtual async ValueTask DisposeAsync()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            var folder = Directory.CreateDirectory(Path.Combine(Program.Root, "artifacts", "e2e")).FullName;
            await Window.ScreenshotAsync(
                new() { Path = Path.Combine(folder, TestContext.Current.Test?.UniqueID + ".png"), FullPage = true });
            TestContext.Current.SendDiagnosticMessage($"{Window.Url}\n{string.Join('\n', _complaints)}");
        }

        if (_context is not null) await _context.CloseAsync();
    }

    /// <summary>What the browser itself found wrong: a refused script, style or form, an error in a script.</summary>
    protected void AssertBrowserIsContent() => Assert.Empty(_complaints);

    protected async Task<IPage> OpenAsync(BrowserNewContextOptions options)
    {
        if (_context is not null) await _context.CloseAsync();
        _context = await World.Chromium.NewContextAsync(options);
        _context.SetDefaultTimeout(World.Patience);
        var window = Window = await _context.NewPageAsync();
        window.PageError += (_, error) => _complaints.Add(error);
        window.Console += (_, message) =>
        {
            // A page with status 400 is reported as a failed resource; it is what the test expects.
            if (message.Type == "error" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
            {
                _complaints.Add(message.Text);
            }
        };
        return window;
    }
}
