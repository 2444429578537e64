namespace ResourceApi;

/// <summary>
/// Every answer has the <c>x-fapi-interaction-id</c> of its request, or a new one (FAPI 1.0 Part 1 section 6.2.1, number 11), so that both
/// sides can find one call in their logs.
/// </summary>
public static class InteractionIds
{
    public const string Header = "x-fapi-interaction-id";

    private const int Length = 36;

    // Nothing but a UUID comes back; TryParseExact takes a sign in a part too.
    public static string Of(HttpRequest request) =>
        request.Headers[Header] is [{ Length: Length } asked] && asked.All(c => char.IsAsciiHexDigit(c) || c == '-')
        && Guid.TryParseExact(asked, "D", out _) ? asked : Guid.CreateVersion7().ToString();
}
