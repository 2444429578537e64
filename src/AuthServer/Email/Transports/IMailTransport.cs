using AuthServer.Doctor;

namespace AuthServer.Email.Transports;

/// <summary>A way by which mail leaves the server. Any number of mails may be sent at once.</summary>
internal interface IMailTransport
{
    /// <summary>For an operator; it holds no secret.</summary>
    string Description { get; }

    /// <summary>Sends one mail. What goes wrong on the way is an outcome and no exception.</summary>
    /// <exception cref="OperationCanceledException">Whether it was sent is not known.</exception>
    Task<SendOutcome> SendAsync(OutgoingMail mail, CancellationToken cancellationToken);

    /// <summary>Whether it would be taken, without sending any.</summary>
    Task<Finding> LookAsync(CancellationToken cancellationToken);

    /// <summary>There is nothing to send for now.</summary>
    Task RestAsync();
}
