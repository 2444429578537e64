using AuthServer.Data.Entities;
using AuthServer.Telemetry;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Passwords;

/// <summary>What became of one password: right, wrong, not admitted, or not looked at because the gate is full.</summary>
public abstract record PasswordCheck
{
    private PasswordCheck()
    {
    }

    public sealed record Right(bool RehashNeeded) : PasswordCheck;

    public sealed record Wrong : PasswordCheck;

    /// <summary>The caller's throttle closed while the check waited for its turn; nothing was hashed.</summary>
    public sealed record NotAdmitted : PasswordCheck;

    public sealed record Busy(TimeSpan RetryAfter) : PasswordCheck;
}

/// <summary>Checks a password with exactly one hash, whether or not there is an account with a password that may sign in.</summary>
public sealed class PasswordVerification(Argon2PasswordHasher hasher, PasswordHashingGate gate) : IDisposable
{
    private static readonly User Nobody = new() { PasswordHash = User.NoPassword };

    // Argon2 of several lanes takes its memory from the managed heap and runs on threads of the pool, where two at a time would crowd out
    // requests. Who waits here holds no place of the gate, so the other sign-ins go on.
    private readonly SemaphoreSlim _pool = new(1);

    /// <param name="user">Null when no account has the e-mail address.</param>
    /// <param name="admit">Asked when the turn has come: while many checks waited, others may have used up the tries.</param>
    public async Task<PasswordCheck> CheckAsync(User? user, string password, CancellationToken cancellationToken, Func<bool>? admit = null)
    {
        // The wait for the turn and the hash itself: most of what a sign-in takes.
        using var span = Decisions.Begin("check password");
        // A disabled account is checked like one that does not exist: one hash that cannot match. One that only its person has closed is
        // disabled too, and they may keep it; PasswordSignIn tells it apart, and nothing signs in to it.
        var account = user is { DisabledAt: null } or { MayBeKept: true } ? user : Nobody;
        var stored = account.PasswordHash ?? User.NoPassword;
        var (ran, result) = await (
            RunsOnThePool(stored) ? RunAloneAsync(Verify, cancellationToken) : gate.TryRunAsync(Verify, cancellationToken));
        if (!ran) return new PasswordCheck.Busy(PasswordHashingGate.RetryAfter);
        return result switch
        {
            null => new PasswordCheck.NotAdmitted(),
            PasswordVerificationResult.Success => new PasswordCheck.Right(false),
            PasswordVerificationResult.SuccessRehashNeeded => new PasswordCheck.Right(true),
            _ => new PasswordCheck.Wrong(),
        };

        PasswordVerificationResult? Verify() =>
            admit is null || admit() ? hasher.VerifyHashedPassword(account, stored, password) : null;
    }

    /// <summary>Hashes a new password at the current parameters; null when the gate is full.</summary>
    public async Task<string?> HashAsync(string password, CancellationToken cancellationToken)
    {
        var (_, hash) = await gate.TryRunAsync(() => hasher.HashPassword(Nobody, password), cancellationToken);
        return hash;
    }

    public void Dispose() => _pool.Dispose();

    private static bool RunsOnThePool(string stored) =>
        stored.StartsWith("$argon2", StringComparison.Ordinal) && Argon2Hash.Parse(stored) is null;

    private async Task<(bool Ran, T? Result)> RunAloneAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        if (!await _pool.WaitAsync(PasswordHashingGate.RetryAfter, cancellationToken)) return (false, default);
        try
        {
            return await gate.TryRunAsync(work, cancellationToken);
        }
        finally
        {
            _pool.Release();
        }
    }
}
