using AuthServer.Data.Outboxes;

namespace AuthServer.Sessions;

/// <summary>Wakes the delivery of logout tokens.</summary>
public sealed class LogoutSignal(TimeProvider time) : DeliverySignal(time);
