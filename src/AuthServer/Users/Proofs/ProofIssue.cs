using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;

namespace AuthServer.Users.Proofs;

/// <summary>A new proof: what the mail says, and what is known of it here.</summary>
public sealed record IssuedProof(AccountProof Row, string Code, string Token);

/// <summary>Adds a proof to the caller's unit of work, so that it comes to be with the mail that carries it, or not at all.</summary>
public sealed class ProofIssue(AuthDbContext db, ProofSecrets secrets, IssuerOptions issuer, TimeProvider time)
{
    /// <summary>Long enough to fetch a mail, short enough that an open mailbox of yesterday is worth nothing.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <param name="user">Null: the address has no account, and nothing will fit this proof.</param>
    public IssuedProof Add(ProofPurpose purpose, User? user, string email, TimeSpan? life = null)
    {
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        var (code, token) = (ProofSecrets.NewCode(), ProofSecrets.NewToken(id));
        var row = new AccountProof
        {
            Id = id,
            Purpose = purpose,
            UserId = user?.Id,
            Email = email,
            SecurityStamp = user?.SecurityStamp,
            CodeHash = secrets.HashOfCode(id, code),
            LinkHash = secrets.HashOfToken(id, token),
            CreatedAt = now.UtcDateTime,
            ExpiresAt = (now + (life ?? Life)).UtcDateTime,
        };
        db.Proofs.Add(row);
        return new(row, code, token);
    }

    /// <summary>The address of a page in a mail; the Host header of the request has no part in it.</summary>
    public string AddressOf(string path) => issuer.IssuerText + path;

    public string LinkTo(string path, IssuedProof proof) => $"{AddressOf(path)}?token={proof.Token}";
}
