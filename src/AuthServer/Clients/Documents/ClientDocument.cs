using AuthServer.Clients.Metadata;
using AuthServer.Clients.Registration;
using AuthServer.JsonApi;
using AuthServer.Outbound;

namespace AuthServer.Clients.Documents;

/// <summary>What an app says of itself at the address that is its client id.</summary>
/// <param name="FetchedAt">UTC.</param>
public sealed record ClientDocument(ClientMetadata Metadata, DateTime FetchedAt)
{
    private const int LongestFault = 500;

    /// <returns>The document, or what is wrong with it, for the log.</returns>
    public static (ClientDocument? Document, string? Fault) Read(
        Uri address, OutboundAnswer.Answered answer, ClientRegistrationOptions options, DateTime now)
    {
        // Section 5 of the draft: any other status is an error.
        if (answer.Status != StatusCodes.Status200OK) return (null, $"The answer has the status {answer.Status}.");
        if (StrictJson.ReadObject(answer.Body) is not { } json) return (null, "It is no JSON object.");
        // Section 4: the same text (RFC 3986 section 6.2.1).
        if (json["client_id"] is not { } id || id.GetValueKind() != System.Text.Json.JsonValueKind.String
            || id.GetValue<string>() != address.OriginalString)
        {
            return (null, "Its client_id is not its address.");
        }

        var (metadata, problems) = RegistrationRules.ReadDocument(json, options);
        return problems.IsEmpty
            ? (new(metadata, now), null)
            : (null, Visible(string.Join("; ", problems.Select(p => $"{p.Path} {p.Message}"))));
    }

    // It quotes what a stranger has written: what does not show could forge a line of the log.
    private static string Visible(string text) => string.Concat(text.Take(LongestFault).Select(c => c is >= ' ' and <= '~' ? c : '?'));
}
