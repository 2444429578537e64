using System.Text.Json;
using System.Text.Json.Nodes;
using AuthServer.Audit;
using AuthServer.Data;
using AuthServer.Data.Entities;
using Microsoft.EntityFrameworkCore;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace AuthServer.Clients.Registration;

/// <summary>An initial access token as operators see it.</summary>
/// <param name="Left">How many clients it can still register.</param>
public sealed record InitialToken(Guid Id, string? Note, int Left, DateTime CreatedAt, DateTime ExpiresAt);

/// <summary>Initial access tokens (RFC 7591 section 3): each registers some clients for some time.</summary>
/// <remarks>Rows of <c>tokens</c>, which are purged when they have expired. Of the token only the hash is stored.</remarks>
public sealed class InitialTokens(AuthDbContext db, TimeProvider time)
{
    private const string Type = "initial_access_token", LeftMember = "left", NoteMember = "note";

    // A use fails only where somebody else has used the same token at the same moment.
    private const int MostTries = 10;

    private IQueryable<Token> Standing
    {
        get
        {
            var now = time.GetUtcNow().UtcDateTime;
            return db.Tokens.Where(t => t.Type == Type && t.Status == Statuses.Valid && t.ExpirationDate > now);
        }
    }

    public const int MostUses = 10_000, LongestNote = 200;

    public static readonly TimeSpan ShortestLife = TimeSpan.FromMinutes(1), UsualLife = TimeSpan.FromDays(7),
        LongestLife = TimeSpan.FromDays(365);

    /// <param name="actor">The person who makes it; null: a command or a service account.</param>
    /// <returns>The token itself, which is stored nowhere.</returns>
    public async Task<(InitialToken Token, string Text)> CreateAsync(
        int uses, TimeSpan life, string? note, Caller by, Guid? actor, CancellationToken cancellationToken)
    {
        var (now, text) = (time.GetUtcNow(), RegistrationState.NewToken());
        var row = new Token
        {
            Id = Guid.CreateVersion7(now), Type = Type, Status = Statuses.Valid, ReferenceId = ReferenceOf(text),
            CreationDate = now.UtcDateTime, ExpirationDate = (now + life).UtcDateTime, Properties = Write(uses, note),
            ConcurrencyToken = Guid.CreateVersion7(now).ToString(),
        };
        db.Tokens.Add(row);
        AuditTrail.Record(
            db, now.UtcDateTime, AuditKinds.RegistrationTokenCreated, by, actor, detail: $"{row.Id} for {uses} client(s)");
        await db.SaveChangesAsync(cancellationToken);
        return (Read(row), text);
    }

    public async Task<IReadOnlyList<InitialToken>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await Standing.AsNoTracking().OrderBy(t => t.CreationDate).ToListAsync(cancellationToken)).Select(Read)];

    /// <returns>Whether there was one.</returns>
    public async Task<bool> RevokeAsync(Guid id, Caller by, Guid? actor, CancellationToken cancellationToken)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Tokens.Where(t => t.Type == Type && t.Id == id).ExecuteDeleteAsync(cancellationToken) != 1) return false;
        AuditTrail.Record(
            db, time.GetUtcNow().UtcDateTime, AuditKinds.RegistrationTokenRevoked, by, actor, detail: id.ToString());
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return true;
    }

    /// <summary>Whether a token has a use left at this moment.</summary>
    public async Task<bool> StandsAsync(string text, CancellationToken cancellationToken)
    {
        var reference = ReferenceOf(text);
        return await Standing.AsNoTracking().FirstOrDefaultAsync(t => t.ReferenceId == reference, cancellationToken) is { } row
            && Read(row).Left > 0;
    }

    /// <summary>Takes one use of a token, in the transaction that registers the client.</summary>
    /// <returns>The token's id; null: it is none, has expired, was revoked or is used up.</returns>
    public async Task<Guid?> TakeAsync(string text, CancellationToken cancellationToken)
    {
        var reference = ReferenceOf(text);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var row = await Standing.AsNoTracking().FirstOrDefaultAsync(t => t.ReferenceId == reference, cancellationToken);
            if (row is null || Read(row) is not { Left: > 0 } token) return null;
            var (before, after) = (row.Properties, Write(token.Left - 1, token.Note));
            var taken = await db.Tokens.Where(t => t.Id == row.Id && t.Properties == before)
                .ExecuteUpdateAsync(set => set.SetProperty(t => t.Properties, after), cancellationToken);
            if (taken == 1) return row.Id;
        }

        return null;
    }

    // Codes have other references: none is taken for the other.
    private static string ReferenceOf(string text) => "initial:" + RegistrationState.HashOf(text);

    private static string Write(int left, string? note) => new JsonObject { [LeftMember] = left, [NoteMember] = note }.ToJsonString();

    private static InitialToken Read(Token row)
    {
        using var json = JsonDocument.Parse(row.Properties!);
        return new(
            row.Id, json.RootElement.GetProperty(NoteMember).GetString(), json.RootElement.GetProperty(LeftMember).GetInt32(),
            row.CreationDate!.Value, row.ExpirationDate!.Value);
    }
}
