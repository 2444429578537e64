using System.Collections.Frozen;
using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Ui.Accounts.MyAccount.Activity;
using AuthServer.Ui.Controls;

namespace AuthServer.Users.MyAccount;

/// <summary>Rows of the audit trail in the words of the person whom they are about.</summary>
public static class ActivityLines
{
    /// <summary>What admins, service accounts and the operator do too: these rows without an actor are theirs.</summary>
    private static readonly FrozenSet<string> OfAdministration =
    [
        AuditKinds.UserCreated, AuditKinds.UserUpdated, AuditKinds.UserDisabled, AuditKinds.UserEnabled, AuditKinds.UserPasswordChanged,
        AuditKinds.UserRolesChanged, AuditKinds.UserDeletionCancelled, AuditKinds.UserDeleted, AuditKinds.SecondFactorRemoved,
        AuditKinds.PasskeyRemoved, AuditKinds.UpstreamDisconnected,
    ];

    /// <param name="names">The apps by client id, as far as they are registered.</param>
    public static ActivityLine Of(AuditEvent e, IReadOnlyDictionary<string, RegisteredClient> names)
    {
        var isOwn = AccountActivity.IsByPerson(e);
        var device = Device.Of(isOwn ? e.UserAgent : null);
        var app = e.ClientId is null ? null : names.TryGetValue(e.ClientId, out var client) ? client.Name : e.ClientId;
        // Others without an actor: the server ended a session, or the person was not signed in yet.
        var kind = KindOf(e);
        var byOther = !isOwn && kind != ActivityKind.EmailDisplaced && (e.ActorId is not null || OfAdministration.Contains(e.Kind));
        return new(
            ActivityWords.Of(kind, app, byOther, e.Kind), e.OccurredAt, DeviceWords.Of(device.Browser, device.System),
            isOwn ? e.IpAddress : null);
    }

    private static ActivityKind KindOf(AuditEvent e) => e.Kind switch
    {
        AuditKinds.UserCreated => ActivityKind.Created,
        AuditKinds.UserUpdated => KindOfUpdate(e.Detail ?? ""),
        AuditKinds.UserPasswordChanged or AuditKinds.UserPasswordReset => ActivityKind.PasswordChanged,
        AuditKinds.UserPasswordResetAsked => ActivityKind.PasswordResetAsked,
        AuditKinds.UserSignInDisowned => ActivityKind.SignInDisowned,
        AuditKinds.UserSignInCodeAsked => ActivityKind.SignInCodeAsked,
        AuditKinds.UserPasswordRemoved => ActivityKind.PasswordRemoved,
        AuditKinds.SecondFactorAdded => ActivityKind.SecondFactorAdded,
        AuditKinds.SecondFactorRemoved => ActivityKind.SecondFactorRemoved,
        AuditKinds.SecondFactorCodeAsked => ActivityKind.FactorCodeAsked,
        AuditKinds.RecoveryCodesRenewed => ActivityKind.RecoveryCodesRenewed,
        AuditKinds.RecoveryCodeUsed => ActivityKind.RecoveryCodeUsed,
        AuditKinds.UserRolesChanged => ActivityKind.RolesChanged,
        AuditKinds.UserDisabled => ActivityKind.Disabled,
        AuditKinds.UserEnabled => ActivityKind.Enabled,
        AuditKinds.UserDeletionRequested => ActivityKind.DeletionRequested,
        AuditKinds.PasskeyAdded => ActivityKind.PasskeyAdded,
        AuditKinds.PasskeyRemoved => ActivityKind.PasskeyRemoved,
        AuditKinds.UpstreamConnected => ActivityKind.Connected,
        AuditKinds.UpstreamDisconnected => ActivityKind.Disconnected,
        AuditKinds.UserDeletionCancelled => ActivityKind.DeletionCancelled,
        AuditKinds.UserDataExported => ActivityKind.Exported,
        AuditKinds.SessionOpened => e.ClientId is null ? ActivityKind.SignedIn : ActivityKind.AppSignedIn,
        AuditKinds.SessionEnded => e.ClientId is not null ? ActivityKind.AppSignedOut
            : e.Detail == SessionEnding.Word(EndReason.SignedOut) ? ActivityKind.SignedOut : ActivityKind.SessionEnded,
        AuditKinds.ConsentGiven => ActivityKind.AppAllowed,
        AuditKinds.ConsentWithdrawn => ActivityKind.AppWithdrawn,
        AuditKinds.CibaApproved => ActivityKind.ApprovalGiven,
        AuditKinds.CibaDenied => ActivityKind.ApprovalDenied,
        AuditKinds.TokenExchanged => ActivityKind.AccessPassedOn,
        AuditKinds.DeviceApproved => ActivityKind.DeviceApproved,
        AuditKinds.DeviceDenied => ActivityKind.DeviceDenied,
        _ => ActivityKind.Other,
    };

    /// <param name="detail">The names of what changed, by spaces, or one of <see cref="AuditDetails"/>.</param>
    private static ActivityKind KindOfUpdate(string detail) => detail switch
    {
        AuditDetails.EmailTakenBack => ActivityKind.EmailTakenBack,
        AuditDetails.EmailDisplaced => ActivityKind.EmailDisplaced,
        AuditDetails.EmailVerifiedAlone => ActivityKind.EmailConfirmedAlone,
        _ => KindOfMembers(detail.Split(' ')),
    };

    // A new address is told of first: it is what somebody else would change.
    private static ActivityKind KindOfMembers(string[] members) =>
        members.Contains(AuditDetails.Email) ? ActivityKind.EmailChanged
        : members.Contains(AuditDetails.EmailVerified) ? ActivityKind.EmailConfirmed
        : members.Contains(AuditDetails.EmailUnverified) ? ActivityKind.EmailUnconfirmed
        : ActivityKind.ProfileChanged;
}
