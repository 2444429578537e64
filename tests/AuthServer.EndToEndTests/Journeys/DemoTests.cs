using System.Text.Json;
using AuthServer.EndToEndTests.Fixtures;
using AuthServer.EndToEndTests.Pages;
using Microsoft.Playwright;
using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>A newcomer opens the address that the console prints, in a browser that runs no script.</summary>
public sealed class DemoTests(World world) : Journey(world)
{
    protected override BrowserNewContextOptions Options => new() { JavaScriptEnabled = false };

    [Fact]
    public async Task The_printed_address_leads_to_the_name_of_the_person_and_commands_that_work()
    {
        var data = Directory.CreateTempSubdirectory("demo-");
        var (issuer, api) = ($"http://localhost:{FreePorts.Next()}", $"http://localhost:{FreePorts.Next()}");
        using var server = Program.Start("dotnet", [Program.Dll("AuthServer"), "--urls", issuer], data.FullName,
            ("ASPNETCORE_ENVIRONMENT", "Development"), ("AUTHSERVER_DATA", Path.Combine(data.FullName, "server")));
        // The demo's tokens are for the API's usual address, wherever it listens here.
        using var sample = Program.Start("dotnet", [Program.Dll("ResourceApi"), "--urls", api], data.FullName,
            ("API_BASE_URL", issuer), ("RESOURCE_URL", "http://localhost:5081"), ("RESOURCE_DATA", Path.Combine(data.FullName, "api")));
        await server.AnswersAsync(issuer + "/health/ready");
        // The last line; the console says it a moment after the server listens.
        await server.SaysAsync("demo-api");
        await sample.AnswersAsync(api + "/health/ready");

        var demo = new DemoApp(Window, server.Output);
        await demo.OpenAsync();
        await demo.SignInAsync("alice@example.com");
        await demo.ExchangeAsync();
        await demo.ExpectNameAsync("Alice Anderson");
        Assert.Equal(issuer + "/demo/callback", Window.Url);
        AssertBrowserIsContent();

        Assert.Equal("Alice Anderson", (await RunAsync("/connect/userinfo")).GetProperty("name").GetString());
        Assert.Equal("My first note", (await RunAsync("My first note")).GetProperty("text").GetString());
        Assert.Equal(1, (await RunAsync("$TOKEN\" http://localhost:5081/v1/notes")).GetArrayLength());
        Assert.True((await RunAsync("grant_type=refresh_token")).TryGetProperty("access_token", out _));

        async Task<JsonElement> RunAsync(string part)
        {
            var script = $"{await demo.CommandAsync("TOKEN=")}\n{await demo.CommandAsync(part)}"
                .Replace("http://localhost:5081", api, StringComparison.Ordinal).Replace("curl ", "curl -sS ", StringComparison.Ordinal);
            return JsonElement.Parse(await Program.RunAsync("bash", ["-euc", script], data.FullName));
        }
    }
}
