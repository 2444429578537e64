using AuthServer.Audit;
using AuthServer.Clients.Directory;
using AuthServer.Clients.Secrets;
using AuthServer.Configuration;
using AuthServer.Data;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Clients.Registration;

/// <summary>What became of a rotation of a client's secret.</summary>
public abstract record RotationResult
{
    private RotationResult()
    {
    }

    /// <param name="Secret">The new one, which is stored nowhere.</param>
    public sealed record Rotated(string Secret, DateTimeOffset? FormerUntil) : RotationResult;

    /// <summary>The former secret has ended.</summary>
    public sealed record Finished : RotationResult;

    public sealed record NotFound : RotationResult;

    /// <summary>The client proves who it is in another way, or not at all.</summary>
    public sealed record NoSecret : RotationResult;

    /// <summary>A former secret is still valid: a second rotation would end it before its time.</summary>
    public sealed record UnderWay(DateTimeOffset FormerUntil) : RotationResult;

    /// <summary>There is no former secret to end.</summary>
    public sealed record NotUnderWay : RotationResult;

    /// <summary>Another process changed the client at the same moment.</summary>
    public sealed record Overtaken : RotationResult;
}

/// <summary>Gives a client a new secret, beside which the former one stays valid for a while.</summary>
public sealed class SecretRotation(AuthDbContext db, ClientSecrets secrets, ClientDirectory directory, TimeProvider time)
{
    public async Task<RotationResult> RotateAsync(string clientId, TimeSpan keep, CancellationToken cancellationToken)
    {
        var secret = ClientSecrets.Generate();
        DateTimeOffset? until = null;
        return await ChangeAsync(
            clientId,
            stored =>
            {
                if (secrets.FormerValidUntil(stored) is { } former) return (null, new RotationResult.UnderWay(former));
                var next = secrets.Rotate(secret, stored, keep);
                until = secrets.FormerValidUntil(next);
                return (next, new RotationResult.Rotated(secret, until));
            },
            () => until is { } end
                ? $"former secret valid until {UtcText.Iso(end.UtcDateTime)}"
                : "former secret ended",
            cancellationToken);
    }

    /// <summary>Ends the former secret now.</summary>
    public Task<RotationResult> FinishAsync(string clientId, CancellationToken cancellationToken) => ChangeAsync(
        clientId,
        stored => secrets.FormerValidUntil(stored) is null
            ? (null, new RotationResult.NotUnderWay())
            : (ClientSecrets.WithoutFormer(stored), new RotationResult.Finished()),
        () => "former secret ended",
        cancellationToken);

    private async Task<RotationResult> ChangeAsync(
        string clientId, Func<string, (string? Stored, RotationResult Result)> change, Func<string> detail,
        CancellationToken cancellationToken)
    {
        var client = await db.Clients.FirstOrDefaultAsync(c => c.ClientId == clientId, cancellationToken);
        if (client is null) return new RotationResult.NotFound();
        if (client.ClientSecret is not { } before) return new RotationResult.NoSecret();
        var (stored, result) = change(before);
        if (stored is null) return result;
        ClientRegistration.SetSecret(client, stored);
        var now = time.GetUtcNow().UtcDateTime;
        AuditTrail.Record(db, now, AuditKinds.ClientSecretRotated, Caller.System, clientId: clientId, detail: detail());
        try
        {
            await db.SaveChangesAsync(cancellationToken);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new RotationResult.Overtaken();
        }

        directory.Forget(clientId);
        return result;
    }
}
