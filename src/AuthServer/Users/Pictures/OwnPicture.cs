using System.Buffers.Text;
using System.Security.Cryptography;
using AuthServer.Audit;
using AuthServer.Configuration;
using AuthServer.Data;
using AuthServer.Data.Entities;
using AuthServer.RateLimits;
using AuthServer.Ui;
using AuthServer.Users.Administration;
using AuthServer.Users.Identity;
using AuthServer.Users.Profile;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Users.Pictures;

/// <summary>What became of an upload.</summary>
public abstract record PictureResult
{
    private PictureResult()
    {
    }

    /// <param name="Address">Where everybody finds it, as the claim says; null: there is none now.</param>
    public sealed record Done(string? Address) : PictureResult;

    public sealed record Refused(PictureProblem Problem) : PictureResult;

    /// <summary>The account is gone, or was written by others again and again.</summary>
    public sealed record NotWritten : PictureResult;
}

/// <summary>The picture that a person uploads: its row, and the claim <c>picture</c> that points at it.</summary>
public sealed class OwnPicture(
    AuthDbContext db, IssuerOptions issuer, ProfileOptions options, PictureThrottle throttle, TimeProvider time)
{
    private const int NameBytes = 16, NameLength = 22, MostTries = 5;

    // The statement decides, not the connection of a caller who goes away.
    private static readonly CancellationToken Stop = CancellationToken.None;

    /// <summary>Whether people may have a picture.</summary>
    public bool AreKept => options.Allows(OwnProfile.Picture);

    /// <summary>To be asked before the file is read; a wait when it may not be.</summary>
    public ValueTask<TimeSpan?> TakeTurnAsync(Guid userId) => throttle.TakeAsync(userId);

    public async Task<PictureResult> SetAsync(AccountActor.Person person, byte[] file, CancellationToken cancellationToken)
    {
        if (!AreKept) return new PictureResult.Refused(PictureProblem.NotKept);
        var (jpeg, problem) = await PictureRecoding.RecodeAsync(file, cancellationToken);
        if (jpeg is null) return new PictureResult.Refused(problem!.Value);
        return await WriteAsync(person, new ProfilePicture
        {
            UserId = person.UserId,
            Name = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(NameBytes)),
            Content = jpeg,
            CreatedAt = time.GetUtcNow().UtcDateTime,
        });
    }

    /// <summary>Takes the picture away, also one at an address of another host.</summary>
    public Task<PictureResult> RemoveAsync(AccountActor.Person person) => WriteAsync(person, null);

    /// <returns>The JPEG of this name; null when there is none, or its account is disabled.</returns>
    public async Task<byte[]?> FindAsync(string name, CancellationToken cancellationToken) =>
        // PostgreSQL takes no text with U+0000.
        IsName(name)
            ? await db.ProfilePictures.Where(p => p.Name == name && db.Users.Any(u => u.Id == p.UserId && u.DisabledAt == null))
                .Select(p => p.Content).FirstOrDefaultAsync(cancellationToken)
            : null;

    /// <summary>The path of a picture that <see cref="SetAsync"/> has made an address for; null for every other address.</summary>
    public string? FileOf(string? address) =>
        address?.StartsWith(AddressOf(""), StringComparison.Ordinal) == true && address[AddressOf("").Length..] is var name && IsName(name)
            ? PagePaths.Pictures + name
            : null;

    private static bool IsName(string text) => text.Length == NameLength && Base64Url.IsValid(text);

    private string AddressOf(string name) => issuer.Issuer.AbsoluteUri.TrimEnd('/') + PagePaths.Pictures + name;

    private async Task<PictureResult> WriteAsync(AccountActor.Person person, ProfilePicture? picture)
    {
        var address = picture is null ? null : AddressOf(picture.Name);
        for (var tries = 0; tries < MostTries; tries++)
        {
            var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == person.UserId, Stop);
            if (user is null) break;
            if (await TryWriteAsync(person, user, picture, address)) return new PictureResult.Done(address);
        }

        return new PictureResult.NotWritten();
    }

    private async Task<bool> TryWriteAsync(AccountActor.Person person, User seen, ProfilePicture? picture, string? address)
    {
        var now = time.GetUtcNow().UtcDateTime;
        var claims = OwnProfile.ClaimsOf(seen, new Dictionary<string, string?> { [OwnProfile.Picture] = address });
        await using var transaction = await db.Database.BeginTransactionAsync(Stop);
        // Others write the claims too. The row of the account also makes two uploads wait for each other.
        var moved = await db.Users.Where(u => u.Id == seen.Id && u.Version == seen.Version).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.Claims, claims).NextVersion(now), Stop);
        if (moved == 0) return false;
        await db.ProfilePictures.Where(p => p.UserId == seen.Id).ExecuteDeleteAsync(Stop);
        if (picture is not null) db.ProfilePictures.Add(picture);
        AuditTrail.Record(
            db, now, AuditKinds.UserUpdated, person.Caller, person.UserId, seen.Id, person.ClientId, person.SessionId, OwnProfile.Picture);
        await db.SaveChangesAsync(Stop);
        await transaction.CommitAsync(Stop);
        return true;
    }
}
