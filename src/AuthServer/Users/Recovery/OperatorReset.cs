using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.Ui;
using AuthServer.Users.Proofs;
using AuthServer.Users.SignIn;

namespace AuthServer.Users.Recovery;

/// <summary>Makes the link that an operator gives to a person who cannot get a mail.</summary>
public sealed class OperatorReset(AuthDbContext db, AccountLookup accounts, ProofIssue proofs, TimeProvider time)
{
    private static readonly TimeSpan Life = TimeSpan.FromHours(1);

    /// <returns>Null when no account that can be signed in to has the address.</returns>
    public async Task<string?> MakeAsync(string email)
    {
        if (await accounts.FindAsync(email, CancellationToken.None) is not { DisabledAt: null } user) return null;
        var proof = proofs.Add(ProofPurpose.OperatorReset, user, user.Email!, Life);
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.UserPasswordResetAsked, Caller.System, subject: user.Id,
            detail: "by the operator");
        await db.SaveChangesAsync();
        return proofs.LinkTo(PagePaths.ResetPassword, proof);
    }
}
