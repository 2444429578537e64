using AuthServer.Audit;

namespace AuthServer.UnitTests.Audit;

/// <summary>User-Agent headers as browsers and programs send them.</summary>
public sealed class DeviceTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Windows", "Computer")]
    [InlineData(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 "
            + "Safari/537.36 Edg/140.0.0.0",
        "Edge", "Windows", "Computer")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
        "Safari", "macOS", "Computer")]
    [InlineData(
        "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
            + "CriOS/140.0 Mobile/15E148 Safari/604.1",
        "Chrome", "iPhone", "Phone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36",
        "Chrome", "Android", "Phone")]
    [InlineData(
        "Mozilla/5.0 (Linux; Android 15; SM-X910) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
            + "Chrome/130.0.0.0 Safari/537.36",
        "Samsung Internet", "Android", "Tablet")]
    [InlineData("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36",
        "Chrome", "ChromeOS", "Computer")]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64) Tests", null, "Linux", "Computer")]
    [InlineData("curl/8.11.0", "curl", null, "Unknown")]
    [InlineData("Notebook/3.1 (com.example.notebook)", "Notebook", null, "Unknown")]
    [InlineData("okhttp/4.12.0", "Android app", null, "Unknown")]
    [InlineData("<script>alert(1)</script>", null, null, "Unknown")]
    [InlineData("", null, null, "Unknown")]
    [InlineData(null, null, null, "Unknown")]
    public void A_header_is_told_in_words(string? header, string? browser, string? system, string form) =>
        Assert.Equal(new Device(browser, system, Enum.Parse<DeviceForm>(form)), Device.Of(header));

    [Fact]
    public void Any_text_is_taken()
    {
        for (var length = 0; length < 300; length += 7)
        {
            var device = Device.Of(new string('a', length) + "/");
            Assert.True(device.Browser is null or { Length: <= 40 });
        }
    }
}
