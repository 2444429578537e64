using System.Text.Json.Serialization;
using AuthServer.Users.Proofs;

namespace AuthServer.Api.Representation;

/// <summary>A mail with a code is on its way; the answer is the same for every address.</summary>
/// <param name="Request">What the app sends back with the code.</param>
/// <param name="ExpiresIn">Seconds in which code and link work.</param>
public sealed record MailAccepted(string Request, int ExpiresIn)
{
    public static MailAccepted Of(AskedProof asked, ProofTickets tickets) =>
        new(tickets.Seal(asked), (int)ProofIssue.Life.TotalSeconds);

    public static IResult Answer(AskedProof asked, ProofTickets tickets) =>
        Results.Json(Of(asked, tickets), MailJson.Default.MailAccepted, statusCode: StatusCodes.Status202Accepted);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(MailAccepted))]
internal sealed partial class MailJson : JsonSerializerContext;
