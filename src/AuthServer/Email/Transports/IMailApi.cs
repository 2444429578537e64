namespace AuthServer.Email.Transports;

/// <summary>The HTTP interface of an e-mail service: how a mail is asked for.</summary>
internal interface IMailApi
{
    /// <summary>For an operator.</summary>
    string Name { get; }

    HttpRequestMessage ToRequest(OutgoingMail mail);

    /// <summary>A request that only the right key answers and that sends nothing; null: the service has none.</summary>
    HttpRequestMessage? ToLook();
}
