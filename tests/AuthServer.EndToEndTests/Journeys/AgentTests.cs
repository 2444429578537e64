using System.Globalization;
using System.Text.Json;
using AuthServer.EndToEndTests.Fixtures;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;
using Program = AuthServer.EndToEndTests.Fixtures.Program;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>
/// An agent built on the MCP SDK knows the address of an MCP server and nothing else: nobody registers it, and the person decides what it
/// may do, sees it afterwards, and takes it back.
/// </summary>
public sealed class AgentTests(World world) : Journey(world)
{
    [Theory]
    [InlineData("modelcontextprotocol-sdk", "Agent of SDK 1", "amy")]
    [InlineData("modelcontextprotocol-client", "Agent of SDK 2", "abe")]
    public async Task An_agent_gets_what_the_person_allows_asks_for_more_when_it_needs_it_and_is_cut_off(
        string client, string name, string person)
    {
        var folder = Path.Combine(Program.Root, "tests", "clients", client);
        await Program.RunAsync("npm", ["ci", "--no-audit", "--no-fund"], folder);
        var port = Program.FreePort();
        using var agent = Program.Start(
            "node", ["app.mjs"], folder, ("MCP_URL", World.Api + "/mcp"), ("PORT", port.ToString(CultureInfo.InvariantCulture)));
        var page = new Uri($"http://127.0.0.1:{port}");

        await Window.GotoAsync((await KnowsAsync(agent, page, "address")).GetString()!);
        await SignIn.SignInAsync(World.EmailOf(person), World.Password);
        await Expect(Window.GetByText("This app has registered itself")).ToBeVisibleAsync();
        await Consent.ExpectPromiseAsync("Read through agents");
        await Expect(Window.GetByText("Write through agents")).ToHaveCountAsync(0);
        await AllowAsync();
        await Expect(Window.GetByText("Back at the agent")).ToBeVisibleAsync();
        await KnowsAsync(agent, page, "before");

        await Window.GotoAsync((await KnowsAsync(agent, page, "address")).GetString()!);
        await Consent.ExpectPromiseAsync("Write through agents");
        await AllowAsync();
        await Expect(Window.GetByText("Back at the agent")).ToBeVisibleAsync();
        Assert.True((await KnowsAsync(agent, page, "done")).GetBoolean());
        Assert.Equal("native", (await KnowsAsync(agent, page, "registered")).GetString());
        Assert.Contains("Written by SDK", (await KnowsAsync(agent, page, "after")).GetString(), StringComparison.Ordinal);
        var resources = (await KnowsAsync(agent, page, "resources")).EnumerateArray().Select(r => r.GetString()).ToList();
        Assert.Equal(Enumerable.Repeat(World.Api + "/mcp", 4), resources);

        await Window.GotoAsync(World.Server + "/account/apps");
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Remove access" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = name })).ToHaveCountAsync(0);
        AssertBrowserIsContent();
    }

    private Task AllowAsync() => Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();

    /// <summary>A member of what the agent knows, once it knows it.</summary>
    private static async Task<JsonElement> KnowsAsync(Program agent, Uri page, string member)
    {
        using var client = new HttpClient();
        for (var look = 0; look < 200; look++)
        {
            try
            {
                var state = JsonElement.Parse(await client.GetStringAsync(page));
                if (state.TryGetProperty("error", out var error)) throw new InvalidOperationException($"{error}\n{agent.Output}");
                if (state.TryGetProperty(member, out var value)) return value;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(100);
        }

        throw new TimeoutException($"The agent never knew {member}:\n{agent.Output}");
    }
}
