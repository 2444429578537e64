using AuthServer.Data.Outboxes;

namespace AuthServer.Email.Delivery;

/// <summary>Wakes the delivery of mails.</summary>
public sealed class MailSignal(TimeProvider time) : DeliverySignal(time);
