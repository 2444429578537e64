using AuthServer.Configuration;
using AuthServer.Data.Entities;
using AuthServer.Ui.Controls;

namespace AuthServer.Users.Passkeys;

/// <summary>What keeps passkeys, as people know it.</summary>
/// <param name="Icon">Null: its passkeys have the picture of their form.</param>
public sealed record PasskeyProvider(string Name, PasskeyIcon? Icon = null);

/// <summary>What keeps passkeys, by the AAGUID that an authenticator tells of itself. A hint for people, which proves nothing.</summary>
/// <param name="ofOperator">What a file of the operator says; it counts more than what is built in.</param>
public sealed class PasskeyProviders(IReadOnlyDictionary<Guid, PasskeyProvider> ofOperator)
{
    /// <summary>Null for a model that is not known, or that does not tell.</summary>
    public string? NameOf(Guid? aaguid) =>
        aaguid is not { } id ? null
        : ofOperator.GetValueOrDefault(id)?.Name ?? KnownProviders.Find(id)?.Name;

    /// <summary>Null where the operator has given none.</summary>
    public PasskeyIcon? IconOf(Guid? aaguid) => aaguid is { } id ? ofOperator.GetValueOrDefault(id)?.Icon : null;

    /// <summary>The form of what keeps it, for its picture.</summary>
    public static PasskeyShape ShapeOf(Passkey row) =>
        SpaceList.Split(row.Transports).Any(transport => transport is "usb" or "nfc" or "ble" or "smart-card") ? PasskeyShape.Key
        : row.IsBackupEligible ? PasskeyShape.Manager
        : row.Aaguid is { } id && KnownProviders.Find(id) is { } known ? known.Shape
        : PasskeyShape.Device;
}
