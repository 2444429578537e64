using System.Globalization;
using AuthServer.Configuration;

namespace AuthServer.UnitTests.Configuration;

public sealed class UtcTextTests
{
    [Fact]
    public void A_time_has_the_year_of_ISO_8601_on_every_machine()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            // 2026 is 2569 in the calendar of Thailand.
            CultureInfo.CurrentCulture = new CultureInfo("th-TH");
            var time = new DateTime(2026, 11, 29, 7, 5, 9, DateTimeKind.Utc);
            Assert.Equal("2026-11-29 07:05 UTC", UtcText.Minute(time));
            Assert.Equal("2026-11-29 07:05:09 UTC", UtcText.Second(time));
            Assert.Equal("2026-11-29T07:05:09Z", UtcText.Iso(time));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
