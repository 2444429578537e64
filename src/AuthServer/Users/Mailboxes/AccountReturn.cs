using AuthServer.Audit;
using AuthServer.Data.Entities;
using AuthServer.Sessions;
using AuthServer.Users.Proofs;

namespace AuthServer.Users.Mailboxes;

/// <summary>
/// Gives an account back to whoever reads its mailbox, after somebody else may have been in it: every session ends, the ways in that were
/// added meanwhile go, with what was allowed to apps, and a new password is chosen next.
/// </summary>
public sealed class AccountReturn(ProofIssue proofs, SessionEnding ending, AddedWays added)
{
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>In the caller's transaction, which has given the account another security stamp and no password.</summary>
    /// <param name="email">The address of the account from now on.</param>
    /// <param name="since">What was added from then on goes.</param>
    /// <returns>The proof with which the new password is chosen.</returns>
    internal async Task<IssuedProof> AddAsync(Guid user, string email, string stamp, DateTime since, EndReason reason, Caller caller)
    {
        await added.RemoveAsync(user, since, SessionEnding.Word(reason), caller);
        await ending.EndAllOfUserAsync(user, reason, except: null, user, caller, Stop);
        return proofs.Add(ProofPurpose.PasswordReset, new User { Id = user, SecurityStamp = stamp }, email);
    }
}
