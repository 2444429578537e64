using AuthServer.Users.Profile;

namespace AuthServer.UnitTests.Users;

public sealed class PersonNameTests
{
    [Theory]
    [InlineData(null, null)]
    [InlineData("   ", null)]
    [InlineData("\u202E", null)]
    [InlineData("  Zoe\u0308 ", "Zoë")]
    [InlineData("Ali\r\nBcc: x", "AliBcc: x")]
    [InlineData("Ali\u202Ece", "Alice")]
    [InlineData("Ali\uFFFEce", "Ali\uFFFDce")]
    [InlineData("O’Brien-Smith", "O’Brien-Smith")]
    [InlineData("نسرین\u200Cزاده", "نسرین\u200Cزاده")]
    public void A_name_is_kept_without_what_is_not_seen(string? typed, string? kept) => Assert.Equal(kept, PersonName.Clean(typed));
}
