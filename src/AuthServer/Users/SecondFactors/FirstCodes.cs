using AuthServer.Audit;

namespace AuthServer.Users.SecondFactors;

/// <summary>
/// Recovery codes with the first passkey, as the set-up of an app brings them: whoever must give a second factor, and has a passkey alone,
/// would have no way back without it.
/// </summary>
public sealed class FirstCodes(SecondFactorRequirement requirement, RecoveryCodes codes, SecondFactorChanges changes)
{
    /// <summary>Called after a passkey was made, or an app was removed beside one.</summary>
    /// <returns>Null where no second factor is wanted of the person, or they have codes.</returns>
    public async Task<IReadOnlyList<string>?> AddAsync(Guid user, Caller caller, Guid? session)
    {
        if (await requirement.MayGoWithoutAsync(user, CancellationToken.None)) return null;
        if (await codes.LeftAsync(user, CancellationToken.None) > 0) return null;
        return await changes.RenewCodesAsync(user, caller, session, told: false);
    }
}
