using System.Collections.Concurrent;
using Net.Pkcs11Interop.Common;

namespace AuthServer.Keys.Pkcs11;

/// <summary>
/// The PINs that a token has refused. Tokens lock themselves after a few wrong ones, so each is tried once in the life of a process,
/// however many keys are in the token.
/// </summary>
internal sealed class RefusedPins
{
    private readonly ConcurrentDictionary<(string Token, string Pin), Attempt> _attempts = new();

    /// <param name="token">Names the token in the same way, whatever URI led to it.</param>
    /// <exception cref="Pkcs11Exception">The token refuses the PIN, or has refused it before.</exception>
    public void SignIn(string token, string pin, Action signIn)
    {
        var attempt = _attempts.GetOrAdd((token, pin), static _ => new());
        // One at a time: the threads of a key would otherwise try a wrong one together.
        lock (attempt)
        {
            if (attempt.Refusal is { } refusal) throw new Pkcs11Exception("C_Login", refusal);
            try
            {
                signIn();
            }
            catch (Pkcs11Exception e) when (Tells(e))
            {
                attempt.Refusal = e.RV;
                throw;
            }
        }
    }

    /// <summary>Whether it is the PIN that is wrong.</summary>
    public static bool Tells(Exception e) => e is Pkcs11Exception
    {
        RV: CKR.CKR_PIN_INCORRECT or CKR.CKR_PIN_INVALID or CKR.CKR_PIN_LEN_RANGE or CKR.CKR_PIN_LOCKED
    };

    private sealed class Attempt
    {
        public CKR? Refusal { get; set; }
    }
}
