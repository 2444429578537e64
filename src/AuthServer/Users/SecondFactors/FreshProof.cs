using AuthServer.Data.Sql;
using AuthServer.Sessions;
using AuthServer.Users.Passkeys;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.SecondFactors;

/// <summary>What a person has to do before a way into their account is added, changed or taken away.</summary>
public enum OwedProof
{
    Nothing,

    /// <summary>The last sign-in is too long ago.</summary>
    SignIn,

    /// <summary>The account has an app or a passkey, which was not used in this session.</summary>
    SecondFactor,

    /// <summary>The account has a passkey, which signs in alone on this server.</summary>
    Passkey,
}

/// <summary>
/// Decides whether a session may change the ways into its account: it has begun lately, with the strongest factor that the account has.
/// Otherwise whoever knows the password alone could add a passkey of their own beside that of the owner.
/// </summary>
/// <remarks>
/// The session that follows a second step keeps the time of the first, so a recent session with two factors has had both lately. A code by
/// mail is no such factor: password and mailbox together would become a way in for good.
/// </remarks>
public sealed class FreshProof(SecondFactorOptions options, PasskeyRules passkeys, SqlRunner sql, TimeProvider time)
{
    private const string FactorsSql =
        "SELECT two_factor_enabled, (SELECT COUNT(*) FROM passkeys WHERE user_id = users.id) FROM users WHERE id = @user";

    /// <summary>Whether the factors that a session names are as strong as those of any session.</summary>
    public static bool IsStrong(string? acr, IEnumerable<string> amr) =>
        AuthenticationContext.Satisfies(acr, AuthenticationContext.SecondFactor) && !amr.Contains(AuthenticationMethods.SeveralChannels);

    /// <summary>
    /// Whether a passkey was used in a session. It stands for the code that a change of the second factor takes: otherwise nobody could
    /// take an app away that is lost with its codes.
    /// </summary>
    public static bool IsByPasskey(string? acr, IReadOnlyCollection<string> amr) => IsStrong(acr, amr) && amr.Any(PasskeyRules.IsOfKey);

    public async ValueTask<OwedProof> OwedAsync(BrowserSession session, CancellationToken cancellationToken)
    {
        if (!RecentSignIn.Is(session.AuthTime, time)) return OwedProof.SignIn;
        if (IsStrong(session.Acr, session.Amr)) return OwedProof.Nothing;
        var (hasApp, keys) = await sql.FirstValueAsync(
            FactorsSql, values => values.Add("user", session.UserId), static row => (row.GetBoolean(0), row.GetInt64(1)),
            cancellationToken) ?? default;
        var hasPasskey = passkeys.ArePossible && keys > 0;
        if (options.IsOn && (hasApp || hasPasskey)) return OwedProof.SecondFactor;
        return hasPasskey ? OwedProof.Passkey : OwedProof.Nothing;
    }
}
