namespace AuthServer.Email.Delivery;

/// <summary>How it is with the outbox, as it was last looked at.</summary>
/// <param name="NextAttemptAt">The first of those that wait, UTC; null: none waits.</param>
/// <param name="OldestAt">Since when the oldest of them waits, UTC.</param>
/// <param name="Failed">Mails that were given up and are still kept.</param>
public sealed record OutboxState(int Waiting, DateTime? NextAttemptAt, DateTime? OldestAt, int Failed);

/// <summary>What this process knows of the outbox without asking: for metrics and health.</summary>
public sealed class DeliveryStates
{
    /// <summary>Null: mail is off, or there was no look yet.</summary>
    public OutboxState? Last { get; internal set; }

    /// <summary>Why no mail leaves at present; null while the way is open, as far as this process knows.</summary>
    public string? Outage { get; internal set; }
}
