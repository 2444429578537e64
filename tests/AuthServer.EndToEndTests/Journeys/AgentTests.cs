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
        using var agent = new Agent(folder, World.Api + "/mcp");

        await Window.GotoAsync((await agent.KnowsAsync("address")).GetString()!);
        await SignIn.SignInAsync(World.EmailOf(person), World.Password);
        await Expect(Window.GetByText("This app has registered itself")).ToBeVisibleAsync();
        await Consent.ExpectPromiseAsync("Read through agents");
        await Expect(Window.GetByText("Write through agents")).ToHaveCountAsync(0);
        await AllowAsync();
        await Expect(Window.GetByText("Back at the agent")).ToBeVisibleAsync();
        await agent.KnowsAsync("before");

        await Window.GotoAsync((await agent.KnowsAsync("address")).GetString()!);
        await Consent.ExpectPromiseAsync("Write through agents");
        await AllowAsync();
        await Expect(Window.GetByText("Back at the agent")).ToBeVisibleAsync();
        Assert.True((await agent.KnowsAsync("done")).GetBoolean());
        Assert.Equal("native", (await agent.KnowsAsync("registered")).GetString());
        Assert.Contains("Written by SDK", (await agent.KnowsAsync("after")).GetString(), StringComparison.Ordinal);
        var resources = (await agent.KnowsAsync("resources")).EnumerateArray().Select(r => r.GetString()).ToList();
        Assert.Equal(Enumerable.Repeat(World.Api + "/mcp", 4), resources);

        Assert.Equal("It may", await agent.TriesAgainAsync());
        await Window.GotoAsync(World.Server + "/account/apps");
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await Window.GetByRole(AriaRole.Button, new() { Name = "Remove access" }).ClickAsync();
        await Expect(Window.GetByRole(AriaRole.Heading, new() { Name = name })).ToHaveCountAsync(0);
        // The API refuses the token that the agent still has, the server its refresh token.
        Assert.Matches("^(UnauthorizedError|OAuthError|InvalidGrantError)$", await agent.TriesAgainAsync());
        AssertBrowserIsContent();
    }

    private Task AllowAsync() => Window.GetByRole(AriaRole.Button, new() { Name = "Allow", Exact = true }).ClickAsync();
}
