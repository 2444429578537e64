using AuthServer.IntegrationTests.Fixtures;

namespace AuthServer.IntegrationTests.Protocol.Devices;

/// <summary>What devices and people do at each other (RFC 8628).</summary>
internal static class DeviceSteps
{
    public static string UserCode(this TokenAnswer asked) => asked.Text("user_code") ?? throw new InvalidOperationException(asked.Body);

    public static string DeviceCode(this TokenAnswer asked) => asked.Text("device_code") ?? throw new InvalidOperationException(asked.Body);

    public static async Task<Browser> SignedInAsync(this HostFixture fixture, Person person)
    {
        var browser = fixture.Host.NewBrowser();
        await browser.SignInAsync(person);
        return browser;
    }

    /// <summary>Opens the page and types the code.</summary>
    public static async Task<Page> TypeCodeAsync(this Browser browser, string code) =>
        await browser.SubmitAsync(await browser.OpenAsync("/device"), "/device", ("code", code));

    public static async Task<Page> DecideAsync(this Browser browser, TokenAnswer asked, bool allow = true)
    {
        var page = await browser.TypeCodeAsync(asked.UserCode());
        return await browser.SubmitAsync(page, "/device/decision", ("decision", allow ? "allow" : "deny"));
    }
}
