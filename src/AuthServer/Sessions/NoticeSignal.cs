using AuthServer.Data.Outboxes;

namespace AuthServer.Sessions;

/// <summary>Wakes the delivery of what clients are to be told: ends of sessions, and decisions about requests from elsewhere.</summary>
public sealed class NoticeSignal(TimeProvider time) : DeliverySignal(time);
