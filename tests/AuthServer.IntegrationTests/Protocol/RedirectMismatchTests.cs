using System.Collections.Concurrent;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Protocol.Errors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using static OpenIddict.Server.OpenIddictServerEvents;

namespace AuthServer.IntegrationTests.Protocol;

/// <summary>A redirect_uri that is not registered (RFC 6749 section 3.1.2.4): whoever has to mend it finds both in the log.</summary>
public sealed class RedirectMismatchTests : ILogger<ErrorPages<ApplyAuthorizationResponseContext>>
{
    private readonly ConcurrentQueue<string> _lines = new();

    [Fact]
    public async Task The_log_says_which_address_came_and_which_are_registered_and_the_page_whom_to_ask()
    {
        var setup = new HostSetup(DatabaseKind.Sqlite)
        {
            Services = services => services.AddSingleton<ILogger<ErrorPages<ApplyAuthorizationResponseContext>>>(this),
        };
        await using var host = await AuthServerHost.StartAsync(setup);
        var request = Seed.ThirdParty(host.Issuer).NewRequest("openid", [("redirect_uri", "https://third.example.test/\r\ncb2")]);
        var page = await host.NewBrowser().OpenAsync(request.Address);
        Assert.Null(page.LeftTo);
        Assert.Contains(_lines, line => line.EndsWith(
            "asked for the redirect_uri https://third.example.test/cb2; registered for it: https://third.example.test/cb",
            StringComparison.Ordinal));
        var text = page.Document.Body!.TextContent;
        Assert.Contains("tell the developer of Somebody else's app", text, StringComparison.Ordinal);
        Assert.DoesNotContain("third.example.test/cb", text, StringComparison.Ordinal);
    }

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    void ILogger.Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
