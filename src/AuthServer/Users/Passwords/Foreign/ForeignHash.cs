namespace AuthServer.Users.Passwords.Foreign;

/// <summary>A password hash of another system: it verifies, and the first sign-in replaces it by Argon2id.</summary>
/// <param name="text">As <c>password_hash</c> keeps it.</param>
public abstract class ForeignHash(string text)
{
    public string Text => text;

    /// <param name="password">In UTF-8 as it was typed: the other systems did not normalize it.</param>
    public abstract bool Matches(byte[] password);

    /// <summary>Whether the hash has seen all of the password. If not, a password with a mistake matches too, and must not become the new
    /// one.</summary>
    public virtual bool CountsWhole(byte[] password) => true;
}

/// <summary>What became of a text that may be the hash of another system.</summary>
public abstract record HashReading
{
    private HashReading()
    {
    }

    public sealed record Accepted(ForeignHash Hash) : HashReading;

    /// <param name="Fault">The rest of a sentence that begins with the name of the member.</param>
    public sealed record Refused(string Fault) : HashReading;
}
