using AuthServer.Users.SignIn;

namespace AuthServer.Users.Administration;

/// <summary>
/// Makes sure that an admin is there when they open, close or delete another account, or give rights: a stolen token, or an open browser,
/// must not be enough to take over every account.
/// </summary>
internal static class AdminProof
{
    /// <returns>Null when the sign-in behind the call is recent, with the second factor if the admin has one.</returns>
    public static ChangeResult.StepUpRequired? Missing(AccountActor actor, TimeProvider time) => actor switch
    {
        AccountActor.Person person when person.OwesFactor || !RecentSignIn.Is(person.AuthTime, time) =>
            new ChangeResult.StepUpRequired(person.OwesFactor),
        // A service account proves itself by its secret with each token, and has nobody who could do more.
        _ => null,
    };
}
