namespace AuthServer.Protocol.ClientNotices;

/// <summary>Why a client has not taken what it was told.</summary>
/// <param name="IsFinal">Another attempt would end as this one did.</param>
public sealed record NoticeFault(string Reason, bool IsFinal = false);

/// <summary>Tells a client one kind of thing.</summary>
public interface INoticeSender
{
    bool Takes(ClaimedNotice notice);

    /// <returns>Null: the client has taken it.</returns>
    Task<NoticeFault?> SendAsync(ClaimedNotice notice, CancellationToken ending);

    /// <summary>It is not tried again.</summary>
    Task GiveUpAsync(ClaimedNotice notice);

    /// <summary>Counts the outcome of an attempt: taken, postponed or failed.</summary>
    void Count(string outcome);
}
