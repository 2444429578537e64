using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Users.EmailAddresses;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Proofs;

/// <summary>What became of a code that was typed.</summary>
public abstract record CodeCheck
{
    private CodeCheck()
    {
    }

    public sealed record Right(AccountProof Proof) : CodeCheck;

    public sealed record Wrong : CodeCheck;

    /// <summary>The code has expired, was used, or was tried too often: only a new mail helps.</summary>
    /// <param name="IsGuess">A wrong code has just used up the last try.</param>
    public sealed record Ended(bool IsGuess = false) : CodeCheck;

    /// <summary>Too many codes were tried for the account, in whatever tabs; its links still work.</summary>
    public sealed record TooManyTries(TimeSpan RetryAfter) : CodeCheck;
}

/// <summary>Compares codes and links with their rows. Nothing is used up here but tries.</summary>
public sealed class ProofCheck(AuthDbContext db, ProofSecrets secrets, MailThrottle throttle, Refusals refusals, TimeProvider time)
{
    public const int TriesPerCode = 5;

    /// <param name="knownDevice">Names a device of the account: its tries count apart, so that strangers do not use them up.</param>
    public async Task<CodeCheck> TryCodeAsync(
        AskedProof asked, string typed, Caller caller, CancellationToken cancellationToken, string? knownDevice = null)
    {
        // What cannot be a code is no guess.
        if (TypedCode.Digits(typed, ProofSecrets.Digits + 1) is not { Length: ProofSecrets.Digits } code) return new CodeCheck.Wrong();
        if (!await CountTryAsync(asked.Id, asked.Purpose, cancellationToken)) return new CodeCheck.Ended();
        // Only codes that are open: of the day's tries of an address each mail costs no more than five.
        // A second factor is tried by whoever has given the first, and has a throttle of its own.
        if (KindOf(asked.Purpose) is { } kind && await throttle.TakeTryAsync(kind, EmailKey.Of(asked.Email), knownDevice) is { } wait)
        {
            // It was not compared: it costs none of those of the code.
            await ReturnTryAsync(asked.Id, cancellationToken);
            return new CodeCheck.TooManyTries(wait);
        }

        var proof = await db.Proofs.AsNoTracking().FirstOrDefaultAsync(p => p.Id == asked.Id, cancellationToken);
        if (proof is null) return new CodeCheck.Ended();
        // Without an account nothing fits; the comparison takes place all the same.
        if (!secrets.IsCode(proof, code) || (proof.UserId is null && proof.PasswordHash is null))
        {
            refusals.Record(RefusalKinds.WrongCode, caller);
            return proof.Tries < TriesPerCode ? new CodeCheck.Wrong() : new CodeCheck.Ended(IsGuess: true);
        }

        // Who has the code may come back with it until the proof is used.
        await ReturnTryAsync(asked.Id, cancellationToken);
        return await FindAsync(asked.Id, cancellationToken, asked.Purpose) is { } right
            ? new CodeCheck.Right(right)
            : new CodeCheck.Ended();
    }

    /// <summary>A try counts before it is compared, so of many at once no more than five are.</summary>
    /// <returns>False when none is left, or the proof is not open any more.</returns>
    private async Task<bool> CountTryAsync(Guid id, ProofPurpose purpose, CancellationToken cancellationToken) =>
        await Open(id, purpose, time.GetUtcNow().UtcDateTime).Where(p => p.Tries < TriesPerCode)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Tries, p => p.Tries + 1), cancellationToken) == 1;

    private async Task ReturnTryAsync(Guid id, CancellationToken cancellationToken) =>
        await db.Proofs.Where(p => p.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.Tries, p => p.Tries - 1), cancellationToken);

    /// <summary>The open proof that a link stands for.</summary>
    public async Task<AccountProof?> FindAsync(string? token, CancellationToken cancellationToken, params ProofPurpose[] purposes)
    {
        if (ProofSecrets.ProofId(token) is not { } id) return null;
        var proof = await FindAsync(id, cancellationToken, purposes);
        return proof is not null && secrets.IsToken(proof, token!) ? proof : null;
    }

    /// <summary>A proof that is open still, of an account that is as it was when the proof was made.</summary>
    public async Task<AccountProof?> FindAsync(Guid id, CancellationToken cancellationToken, params ProofPurpose[] purposes)
    {
        var (now, wanted) = (time.GetUtcNow().UtcDateTime, purposes.ToList());
        return await db.Proofs.AsNoTracking()
            .Where(p => p.Id == id && wanted.Contains(p.Purpose) && p.UsedAt == null && p.ExpiresAt > now)
            .FirstOrDefaultAsync(
                p => p.Purpose == ProofPurpose.Registration
                    ? p.PasswordHash != null
                    : db.Users.Any(u => u.Id == p.UserId && (p.Purpose == ProofPurpose.EmailUndo
                        // Whoever signed in may have chosen another password, or closed the account.
                        || (p.Purpose == ProofPurpose.NotMe && u.Email == p.Email && (u.DisabledAt == null || u.DeleteAfter != null))
                        || (u.SecurityStamp == p.SecurityStamp
                            // Who has asked for the deletion of the account may sign in to keep it, with a new password perhaps.
                            && (u.DisabledAt == null || (u.DeleteAfter != null
                                && (p.Purpose == ProofPurpose.SignIn || p.Purpose == ProofPurpose.PasswordReset)))
                            && (p.Purpose == ProofPurpose.EmailChange || u.Email == p.Email)))),
                cancellationToken);
    }

    /// <summary>In the transaction that does what the proof is for. Of several at once one succeeds; the others wait for its end.</summary>
    /// <remarks>The account is written first, everywhere: two proofs of one account wait for each other there, and not crosswise.</remarks>
    public async Task<bool> UseAsync(AccountProof proof, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow().UtcDateTime;
        return await Open(proof.Id, proof.Purpose, now)
            .ExecuteUpdateAsync(set => set.SetProperty(p => p.UsedAt, now), cancellationToken) == 1;
    }

    private static MailKind? KindOf(ProofPurpose purpose) => purpose switch
    {
        ProofPurpose.PasswordReset => MailKind.PasswordReset,
        ProofPurpose.EmailConfirmation => MailKind.EmailConfirmation,
        ProofPurpose.EmailChange => MailKind.EmailChange,
        ProofPurpose.Registration => MailKind.Registration,
        ProofPurpose.SignIn => MailKind.SignIn,
        _ => null,
    };

    private IQueryable<AccountProof> Open(Guid id, ProofPurpose purpose, DateTime now) =>
        db.Proofs.Where(p => p.Id == id && p.Purpose == purpose && p.UsedAt == null && p.ExpiresAt > now);
}
