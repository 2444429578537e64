namespace AuthServer.EndToEndTests.RelyingParties;

/// <summary>Web apps of tests/clients sign a person in, and learn by the back channel of a sign-out at the server.</summary>
[Collection(nameof(ClientServer))]
public sealed class ServerAppTests(ClientServer server)
{
    private const string Greeting = "Hello Olive Example";

    [Fact]
    public async Task Express_openid_connect_takes_the_answer_as_a_posted_form_and_is_told_of_a_sign_out()
    {
        var app = await server.StartAsync("express-openid-connect");
        using var person = server.NewVisitor("express");
        Assert.Contains(Greeting, (await person.OpenAsync(app.Address)).Text, StringComparison.Ordinal);
        Assert.Contains(person.Seen, seen => seen.Query.Contains("response_mode=form_post", StringComparison.Ordinal));
        await AssertToldAsync(person, app.Address);
    }

    [Fact]
    public async Task Apache_with_mod_auth_openidc_signs_in_refreshes_and_is_told_of_a_sign_out()
    {
        var app = await server.StartAsync("mod-auth-openidc");
        using var person = server.NewVisitor("apache");
        Assert.Contains($"{Greeting} (apache@example.test)", (await person.OpenAsync(app.Address)).Text, StringComparison.Ordinal);

        // Apache refreshes before each of these: the tokens live shorter than it is told to expect.
        var (first, second) = (await person.OpenAsync(app.Address + "/token.shtml"), await person.OpenAsync(app.Address + "/token.shtml"));
        Assert.Contains("eyJ", first.Text, StringComparison.Ordinal);
        Assert.Contains("eyJ", second.Text, StringComparison.Ordinal);
        Assert.NotEqual(first.Text, second.Text);
        await AssertToldAsync(person, app.Address);
    }

    /// <summary>The app keeps the person signed in without a look at the server, until the server tells it.</summary>
    private static async Task AssertToldAsync(Visitor person, string app)
    {
        person.Seen.Clear();
        Assert.Contains(Greeting, (await person.OpenAsync(app)).Text, StringComparison.Ordinal);
        Assert.Empty(person.Seen);
        await person.SignOutAsync();
        var began = TimeProvider.System.GetTimestamp();
        while (person.Seen.Count == 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(90), "The app was not told of the sign-out.");
            await person.OpenAsync(app);
            await Task.Delay(100);
        }
    }
}
