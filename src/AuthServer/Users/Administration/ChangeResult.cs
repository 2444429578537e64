using AuthServer.Users.Proofs;

namespace AuthServer.Users.Administration;

/// <summary>What became of a change to an account.</summary>
public abstract record ChangeResult
{
    private ChangeResult()
    {
    }

    /// <param name="NewEmail">The new address waits for the code of the mail that was sent to it; null: there is none.</param>
    public sealed record Changed(UserView User, AskedProof? NewEmail = null) : ChangeResult;

    public sealed record Deleted : ChangeResult;

    public sealed record NotFound : ChangeResult;

    /// <summary>The account is not in the state that the caller saw.</summary>
    public sealed record Stale : ChangeResult;

    /// <summary>Everything that is wrong, by member.</summary>
    public sealed record Refused(IReadOnlyDictionary<string, string[]> Errors) : ChangeResult;

    public sealed record EmailTaken : ChangeResult;

    /// <summary>The person must prove again who they are.</summary>
    /// <param name="WrongPassword">They tried, and the password was wrong.</param>
    public sealed record ProofRequired(bool WrongPassword) : ChangeResult;

    /// <summary>The admin, or the person who changes their own address, must prove again who they are.</summary>
    /// <param name="WithFactor">With the second factor or a passkey of their account.</param>
    public sealed record StepUpRequired(bool WithFactor) : ChangeResult;

    /// <summary>The account is not to be deleted, so there is nothing to take back.</summary>
    public sealed record NotToBeDeleted : ChangeResult;

    /// <summary>Admins keep their own account and role, so that one always remains.</summary>
    public sealed record OwnAccount(string What) : ChangeResult;

    /// <summary>The admin role was lost while the request was on its way.</summary>
    public sealed record NoLongerAdmin : ChangeResult;

    public sealed record TooManyTries(TimeSpan RetryAfter) : ChangeResult;

    public sealed record Busy(TimeSpan RetryAfter) : ChangeResult;
}
