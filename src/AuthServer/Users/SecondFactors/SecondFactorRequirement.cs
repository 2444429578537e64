using AuthServer.Data.Entities;
using AuthServer.Data.Sql;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;

namespace AuthServer.Users.SecondFactors;

/// <summary>What follows a right password.</summary>
public enum SecondStep
{
    None,

    /// <summary>A code.</summary>
    Code,

    /// <summary>A passkey, because the account has no app, and a second factor is wanted of its person.</summary>
    Passkey,

    /// <summary>A second factor must be set up, because the account has none.</summary>
    Enrolment,
}

/// <summary>Decides what follows a right password; the account alone decides it unless SECOND_FACTOR names more people.</summary>
public sealed class SecondFactorRequirement(SecondFactorOptions options, PasskeyRules passkeys, SessionLookup people, SqlRunner sql)
{
    private const string PasskeySql = "SELECT 1 FROM passkeys WHERE user_id = @user";

    /// <param name="user">As the sign-in read it; only with SECOND_FACTOR=admins a further statement asks for the role.</param>
    /// <param name="demanded">Whether the client is registered to want it.</param>
    public async ValueTask<SecondStep> OfAsync(User user, bool demanded, CancellationToken cancellationToken)
    {
        if (options.IsOn && user.TwoFactorEnabled) return SecondStep.Code;
        var wanted = demanded || options.Policy switch
        {
            SecondFactorPolicy.All => true,
            SecondFactorPolicy.Admins => await IsAdminAsync(user.Id, cancellationToken),
            _ => false,
        };
        if (!wanted) return SecondStep.None;
        // An app that whoever knows the password may set up would be worth less than the passkey that is there.
        return await HasPasskeyAsync(user.Id, cancellationToken) ? SecondStep.Passkey : SecondStep.Enrolment;
    }

    /// <summary>Whether a passkey can stand for the code.</summary>
    public async ValueTask<bool> HasPasskeyAsync(Guid user, CancellationToken cancellationToken) =>
        passkeys.ArePossible && await sql.ExistsAsync(PasskeySql, values => values.Add("user", user), cancellationToken);

    /// <summary>Whether the person may turn the second factor off.</summary>
    public async ValueTask<bool> MayGoWithoutAsync(Guid user, CancellationToken cancellationToken) => options.Policy switch
    {
        SecondFactorPolicy.All => false,
        SecondFactorPolicy.Admins => !await IsAdminAsync(user, cancellationToken),
        _ => true,
    };

    /// <summary>Whether the person may take the app away: where a second factor is wanted, a passkey stays as one.</summary>
    public async ValueTask<bool> MayGoWithoutAppAsync(Guid user, CancellationToken cancellationToken) =>
        await MayGoWithoutAsync(user, cancellationToken) || await HasPasskeyAsync(user, cancellationToken);

    /// <summary>Whether a person who is to be an admin becomes one, and has no second factor, which admins need.</summary>
    internal async ValueTask<bool> IsMissedByNewAdminAsync(User user, CancellationToken cancellationToken) =>
        options.Policy == SecondFactorPolicy.Admins && !user.TwoFactorEnabled && !await IsAdminAsync(user.Id, cancellationToken);

    internal ValueTask<bool> IsAdminAsync(Guid user, CancellationToken cancellationToken) =>
        people.IsAdminAsync(user, cancellationToken);
}
