using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Ui.Emails;
using AuthServer.Users.Notices;
using AuthServer.Users.Proofs;

namespace AuthServer.Users.SecondFactors;

/// <summary>What became of the set-up of an authenticator app.</summary>
public abstract record EnrolmentOutcome
{
    private EnrolmentOutcome()
    {
    }

    /// <param name="RecoveryCodes">Stored nowhere: they are shown once.</param>
    public sealed record Enrolled(IReadOnlyList<string> RecoveryCodes) : EnrolmentOutcome;

    public sealed record WrongCode : EnrolmentOutcome;

    /// <summary>The address of the account must be confirmed first.</summary>
    public sealed record Unconfirmed : EnrolmentOutcome;

    /// <summary>The account has an app already, was disabled, or has another password by now.</summary>
    public sealed record Stale : EnrolmentOutcome;
}

/// <summary>Sets up and takes away second factors; each change and its record are one transaction.</summary>
public sealed class SecondFactorChanges(
    AuthDbContext db, SqlRunner sql, AuthenticatorApps apps, RecoveryCodes recoveryCodes, ConfirmationRules confirmation,
    WayInNotice notice, TimeProvider time)
{
    // The account as it was when the person proved who they are.
    private const string MarkSql =
        """
        UPDATE users SET two_factor_enabled = @on, updated_at = @now
        WHERE id = @user AND disabled_at IS NULL AND security_stamp = @stamp
        """;

    private const string UnmarkSql = "UPDATE users SET two_factor_enabled = @on, updated_at = @now WHERE id = @user";

    private const string HoldSql =
        """
        UPDATE users SET updated_at = @now
        WHERE id = @user AND (two_factor_enabled = @on OR EXISTS (SELECT 1 FROM passkeys WHERE user_id = @user))
        """;

    private const string ForgetDevicesSql = "DELETE FROM remembered_devices WHERE user_id = @user";

    // The transaction decides, not the connection of a person who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <param name="user">As read when the person proved who they are.</param>
    /// <param name="secret">In base32.</param>
    /// <param name="typed">The code that proves that the app has the secret.</param>
    /// <param name="replaces">
    /// An app that is there goes in the same moment, with its recovery codes and the devices that needed none: there is no time between
    /// without a second factor.
    /// </param>
    public async Task<EnrolmentOutcome> EnrolAsync(
        User user, string secret, string typed, Caller caller, Guid? session, bool replaces = false)
    {
        // Whoever has signed up with the address of somebody else must not leave a factor behind for the day on which that person comes.
        if (confirmation.AreProven && !user.EmailConfirmed) return new EnrolmentOutcome.Unconfirmed();
        var code = TypedCode.Digits(typed, Totp.Digits + 1);
        if (Totp.FindStep(Base32.Decode(secret)!, code, time.GetUtcNow()) is not { } step) return new EnrolmentOutcome.WrongCode();
        var now = time.GetUtcNow().UtcDateTime;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        await using var connection = sql.Within(db);
        // The row of the account first, so that set-ups at the same time wait for each other here.
        var marked = await connection.ExecuteAsync(
            MarkSql,
            values => values.Add("on", true).Add("now", now).Add("user", user.Id).Add("stamp", user.SecurityStamp), Stop);
        if (marked == 0) return new EnrolmentOutcome.Stale();
        var replaced = replaces && await AuthenticatorApps.RemoveAsync(connection, user.Id);
        if (!await apps.AddAsync(connection, user.Id, secret, step, now)) return new EnrolmentOutcome.Stale();
        var codes = await recoveryCodes.ReplaceAsync(connection, user.Id, now);
        if (replaced)
        {
            await connection.ExecuteAsync(ForgetDevicesSql, values => values.Add("user", user.Id), Stop);
            AuditTrail.Record(db, now, AuditKinds.SecondFactorRemoved, caller, user.Id, user.Id, sessionId: session, detail: "totp");
        }

        AuditTrail.Record(db, now, AuditKinds.SecondFactorAdded, caller, user.Id, user.Id, sessionId: session, detail: "totp");
        await notice.AddAsync(user.Id, replaced ? WayInChange.AppReplaced : WayInChange.AppAdded);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        notice.Wake();
        return new EnrolmentOutcome.Enrolled(codes);
    }

    /// <summary>Makes new recovery codes; the former ones count no more.</summary>
    /// <param name="told">Whether the person gets a mail about it; they have one where the codes come with a passkey.</param>
    /// <returns>Null when the account has neither app nor passkey any more.</returns>
    public async Task<IReadOnlyList<string>?> RenewCodesAsync(Guid user, Caller caller, Guid? session, bool told = true)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        await using var connection = sql.Within(db);
        // The row of the account first: two renewals at once would each add ten, because neither sees the other's.
        var held = await connection.ExecuteAsync(
            HoldSql, values => values.Add("on", true).Add("now", now).Add("user", user), Stop);
        if (held == 0) return null;
        var codes = await recoveryCodes.ReplaceAsync(connection, user, now);
        AuditTrail.Record(db, now, AuditKinds.RecoveryCodesRenewed, caller, user, user, sessionId: session);
        if (told) await notice.AddAsync(user, WayInChange.RecoveryCodesRenewed);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        notice.Wake();
        return codes;
    }

    /// <summary>The person turns the second factor off.</summary>
    public async Task RemoveOwnAsync(Guid user, Caller caller, Guid session)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        await RemoveAsync(user, row => row.SessionId = session, user, caller);
        await transaction.CommitAsync(Stop);
        notice.Wake();
    }

    /// <summary>Takes every factor of a person away, in the caller's transaction.</summary>
    /// <param name="through">Says in the record by which client and session.</param>
    /// <param name="actor">The person who decided it; null: a service account, or the operator.</param>
    /// <returns>False when there is no such account.</returns>
    internal async Task<bool> RemoveAsync(Guid user, Action<AuditEvent> through, Guid? actor, Caller caller, bool byAdmin = false)
    {
        var now = time.GetUtcNow().UtcDateTime;
        await using var connection = sql.Within(db);
        var found = await connection.ExecuteAsync(
            UnmarkSql, values => values.Add("on", false).Add("now", now).Add("user", user), Stop);
        if (found == 0) return false;
        var removed = await AuthenticatorApps.RemoveAsync(connection, user);
        await RecoveryCodes.RemoveAsync(connection, user);
        await connection.ExecuteAsync(ForgetDevicesSql, values => values.Add("user", user), Stop);
        if (removed)
        {
            through(AuditTrail.Record(db, now, AuditKinds.SecondFactorRemoved, caller, actor, user, detail: "totp"));
            await notice.AddAsync(user, WayInChange.AppRemoved, byAdmin: byAdmin);
        }

        await db.SaveChangesAsync(Stop);
        return true;
    }
}
