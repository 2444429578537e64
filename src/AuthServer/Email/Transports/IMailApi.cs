using System.Text.Json;

namespace AuthServer.Email.Transports;

/// <summary>The HTTP interface of an e-mail service: how a mail is asked for.</summary>
internal interface IMailApi
{
    /// <summary>For an operator.</summary>
    string Name { get; }

    HttpRequestMessage ToRequest(OutgoingMail mail);

    /// <summary>A request that only the right key answers and that sends nothing; null: the service has none.</summary>
    HttpRequestMessage? ToLook();

    /// <summary>
    /// Whether a key that may send is let in there too. Where it is not, the answer to it is that to a wrong one, and tells nothing.
    /// </summary>
    bool LookKnowsKeys => true;

    /// <summary>What a refusal means (status 400, 413 or 422): most are of the mail itself, for good.</summary>
    /// <param name="answer">Undefined where there is no JSON.</param>
    SendOutcome JudgeRefusal(string said, JsonElement answer) => new SendOutcome.Refused(said);
}
