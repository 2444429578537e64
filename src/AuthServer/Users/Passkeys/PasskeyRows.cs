using AuthServer.Configuration;
using AuthServer.Data.Entities;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Users.Passkeys;

/// <summary>Passkeys as ASP.NET Core Identity knows them.</summary>
internal static class PasskeyRows
{
    // What proved the registration has done its work, and would tell more about the device than anybody needs.
    public static UserPasskeyInfo ToIdentity(Passkey row) => new(
        row.CredentialId, row.PublicKey, new DateTimeOffset(row.CreatedAt, TimeSpan.Zero), (uint)row.SignCount,
        [.. SpaceList.Split(row.Transports)], isUserVerified: true, row.IsBackupEligible, row.IsBackedUp, attestationObject: [],
        clientDataJson: []) { Name = row.Name };
}
