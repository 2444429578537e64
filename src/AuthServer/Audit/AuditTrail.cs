using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;

namespace AuthServer.Audit;

/// <summary>The words of the audit trail.</summary>
public static class AuditKinds
{
    public const string UserCreated = "user.created";
    public const string UserUpdated = "user.updated";
    public const string UserDisabled = "user.disabled";
    public const string UserEnabled = "user.enabled";
    public const string UserPasswordChanged = "user.password_changed";
    public const string UserPasswordRemoved = "user.password_removed";
    public const string UserPasswordResetAsked = "user.password_reset_asked";
    public const string UserSignInCodeAsked = "user.sign_in_code_asked";
    public const string UserPasswordReset = "user.password_reset";
    public const string UserSignInDisowned = "user.sign_in_disowned";
    public const string UserRolesChanged = "user.roles_changed";
    public const string UserDeletionRequested = "user.deletion_requested";
    public const string UserDeletionCancelled = "user.deletion_cancelled";
    public const string SecondFactorAdded = "second_factor.added";
    public const string SecondFactorRemoved = "second_factor.removed";
    public const string SecondFactorCodeAsked = "second_factor.code_asked";
    public const string RecoveryCodesRenewed = "recovery_codes.renewed";
    public const string RecoveryCodeUsed = "recovery_code.used";
    public const string UserDeleted = "user.deleted";
    public const string UserDataExported = "user.data_exported";
    public const string PasskeyAdded = "passkey.added";
    public const string PasskeyRemoved = "passkey.removed";
    public const string UpstreamConnected = "upstream.connected";
    public const string UpstreamDisconnected = "upstream.disconnected";
    public const string SessionOpened = "session.opened";
    public const string SessionEnded = "session.ended";
    public const string ConsentGiven = "consent.given";
    public const string ConsentWithdrawn = "consent.withdrawn";
    public const string CibaApproved = "ciba.approved";
    public const string CibaDenied = "ciba.denied";
    public const string TokenExchanged = "token.exchanged";
    public const string DeviceApproved = "device.approved";
    public const string DeviceDenied = "device.denied";
    public const string ClientCreated = "client.created";
    public const string ClientChanged = "client.changed";
    public const string ClientDeleted = "client.deleted";
    public const string ClientSecretRotated = "client.secret_rotated";
    public const string RegistrationTokenCreated = "registration_token.created";
    public const string RegistrationTokenRevoked = "registration_token.revoked";
    public const string ResourceCreated = "resource.created";
    public const string ResourceChanged = "resource.changed";
    public const string ResourceDeleted = "resource.deleted";
    public const string KeysRotated = "keys.rotated";
    public const string KeyRevoked = "keys.revoked";
    public const string BackupMade = "backup.made";
    public const string BackupFailed = "backup.failed";
    public const string BackupDeleted = "backup.deleted";
    public const string BackupDrillPassed = "backup.drill_passed";
    public const string BackupDrillFailed = "backup.drill_failed";
    public const string BackupRestored = "backup.restored";
    public const string DatabasePromoted = "database.promoted";
}

/// <summary>Details of <c>user.updated</c> that are more than the name of a claim; people read each in words of its own.</summary>
public static class AuditDetails
{
    public const string Email = "email";
    public const string EmailVerified = "email_verified";

    /// <summary>An admin has said that the address does not count as confirmed.</summary>
    public const string EmailUnverified = "email_unverified";

    /// <summary>By the first sign-in by mail, which removes what opened the account before.</summary>
    public const string EmailVerifiedAlone = "email_verified, by a sign-in by mail; password and passkeys of before are removed";

    public const string EmailTakenBack = "email, taken back by its former address";
    public const string EmailDisplaced = "email, never confirmed, went back to its owner";
}

/// <summary>Adds a row to the caller's own unit of work, so that the act and its record are one transaction.</summary>
public static class AuditTrail
{
    private const int LongestText = 255;

    /// <summary>Adds a row if the condition that follows it holds; its parameters are those of <see cref="Fill"/>.</summary>
    public const string InsertWhere =
        """
        INSERT INTO audit_events (id, occurred_at, kind, actor_id, subject_id, client_id, session_id, ip_address, user_agent, reference,
          detail)
        SELECT @id, @now, @kind, @actor, @subject, @client, @session, @ip, @agent, @reference, @detail WHERE
        """ + " ";

    public static AuditEvent Record(
        AuthDbContext db, DateTime now, string kind, Caller caller, Guid? actor = null, Guid? subject = null,
        string? clientId = null, Guid? sessionId = null, string? detail = null)
    {
        var row = Describe(now, kind, caller, actor, subject, clientId, sessionId, detail);
        db.AuditEvents.Add(row);
        return row;
    }

    /// <summary>The values of <see cref="InsertWhere"/>.</summary>
    public static SqlValues Fill(SqlValues values, AuditEvent row)
    {
        return values.Add("id", row.Id).Add("now", row.OccurredAt).Add("kind", row.Kind).Add("actor", row.ActorId)
            .Add("subject", row.SubjectId)
            .Add("client", row.ClientId).Add("session", row.SessionId).Add("ip", row.IpAddress).Add("agent", row.UserAgent)
            .Add("reference", row.Reference).Add("detail", row.Detail);
    }

    /// <summary>A row that the caller adds.</summary>
    public static AuditEvent Describe(
        DateTime now, string kind, Caller caller, Guid? actor = null, Guid? subject = null,
        string? clientId = null, Guid? sessionId = null, string? detail = null)
    {
        return new AuditEvent
        {
            Id = Guid.CreateVersion7(new DateTimeOffset(now, TimeSpan.Zero)),
            OccurredAt = now,
            Kind = kind,
            ActorId = actor,
            SubjectId = subject,
            // Clean, because a row that the database refuses would take the act with it.
            ClientId = ForeignText.Clean(clientId, LongestText),
            SessionId = sessionId,
            IpAddress = caller.Address,
            UserAgent = caller.UserAgent,
            Detail = ForeignText.Clean(detail, LongestText),
            Reference = caller.Reference,
        };
    }
}
