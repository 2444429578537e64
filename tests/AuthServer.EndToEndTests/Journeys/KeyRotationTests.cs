using AuthServer.EndToEndTests.Fixtures;

namespace AuthServer.EndToEndTests.Journeys;

/// <summary>The signing keys change while people are at work, and nobody notices.</summary>
public sealed class KeyRotationTests(World world) : Journey(world)
{
    [Fact]
    public async Task The_first_token_of_a_new_key_opens_the_api_without_a_restart()
    {
        await App.OpenAsync();
        await App.SignInAsync();
        await SignIn.SignInAsync(World.EmailOf("kim"), World.Password);
        await Consent.AllowAsync();
        // The API has read the old keys now.
        await App.WriteNoteAsync();
        await App.ExpectAsync("notes", "[\"Milk & bread\"]");

        var old = await App.ReadAsync("signing-key");
        await World.RunOnServerAsync("keys", "rotate", "--now");
        var began = TimeProvider.System.GetTimestamp();
        while (await App.ReadAsync("signing-key") == old)
        {
            Assert.True(
                TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromSeconds(45), "The server goes on signing with the old key.");
            await Task.Delay(500);
            await App.RefreshAsync();
            await App.ExpectAsync("refreshed", "new refresh token");
        }

        await App.WriteNoteAsync();
        await App.ExpectAsync("notes", "[\"Milk & bread\",\"Milk & bread\"]");
    }
}
