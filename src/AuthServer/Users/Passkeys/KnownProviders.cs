using System.Collections.Frozen;
using AuthServer.Ui.Controls;

namespace AuthServer.Users.Passkeys;

/// <summary>What keeps most passkeys, by its AAGUID.</summary>
/// <remarks>Names from https://github.com/passkeydeveloper/passkey-authenticator-aaguids, and of security keys.</remarks>
internal static class KnownProviders
{
    private static readonly FrozenDictionary<Guid, KnownProvider> ById = new Dictionary<Guid, KnownProvider>
    {
        // Of an operating system or a browser, on one device.
        [new("adce0002-35bc-c60a-648b-0b25f1f05503")] = new("Chrome on Mac", PasskeyShape.Device),
        [new("b5397666-4885-aa6b-cebf-e52262a439a2")] = new("Chromium Browser", PasskeyShape.Device),
        [new("771b48fd-d3d4-4f74-9232-fc157ab0507a")] = new("Edge on Mac", PasskeyShape.Device),
        [new("8836336a-f590-0921-301d-46427531eee6")] = new("Thales Bio Android SDK", PasskeyShape.Device),
        [new("66a0ccb3-bd6a-191f-ee06-e375c50b9846")] = new("Thales Bio iOS SDK", PasskeyShape.Device),
        [new("cd69adb5-3c7a-deb9-3177-6800ea6cb72a")] = new("Thales PIN Android SDK", PasskeyShape.Device),
        [new("17290f1e-c212-34d0-1423-365d729f09d9")] = new("Thales PIN iOS SDK", PasskeyShape.Device),
        [new("08987058-cadc-4b81-b6e1-30de50dcbe96")] = new("Windows Hello", PasskeyShape.Device),
        [new("9ddd1817-af5a-4672-a2b9-3e3dd95000a9")] = new("Windows Hello", PasskeyShape.Device),
        [new("6028b017-b1d4-4c02-b4b3-afcdafc96bb2")] = new("Windows Hello", PasskeyShape.Device),

        [new("39a5647e-1853-446c-a1f6-a79bae9f5bc7")] = new("IDmelon", PasskeyShape.Key),
        [new("cb69481e-8ff7-4039-93ec-0a2729a154a8")] = new("YubiKey", PasskeyShape.Key),
        [new("ee882879-721c-4913-9775-3dfcce97072a")] = new("YubiKey", PasskeyShape.Key),
        [new("2fc0579f-8113-47ea-b116-bb5a8db9202a")] = new("YubiKey", PasskeyShape.Key),
        [new("fa2b99dc-9e39-4257-8f92-4a30d23c4118")] = new("YubiKey", PasskeyShape.Key),

        // Managers of passwords.
        [new("bada5566-a7aa-401f-bd96-45619a55120d")] = new("1Password", PasskeyShape.Manager),
        [new("a11a5faa-9f32-4b8c-8c5d-2f7d13e8c942")] = new("AliasVault", PasskeyShape.Manager),
        [new("fbfc3007-154e-4ecc-8c0b-6e020557d7bd")] = new("Apple Passwords", PasskeyShape.Manager),
        [new("a4a2d88e-9796-4356-9164-e2a5a8bd019c")] = new("Avast Password Manager", PasskeyShape.Manager),
        [new("6bb49926-160a-4306-a100-4eb39ba6ac45")] = new("AVG Password Manager", PasskeyShape.Manager),
        [new("e7db2bd3-f2fe-4d71-ad78-7e7aa166cfd1")] = new("Avira Password Manager", PasskeyShape.Manager),
        [new("d548826e-79b4-db40-a3d8-11116f7e8349")] = new("Bitwarden", PasskeyShape.Manager),
        [new("531126d6-e717-415c-9320-3d9aa6981239")] = new("Dashlane", PasskeyShape.Manager),
        [new("de503f9c-21a4-4f76-b4b7-558eb55c6f89")] = new("Devolutions", PasskeyShape.Manager),
        [new("f3809540-7f14-49c1-a8b3-8f813b225541")] = new("Enpass", PasskeyShape.Manager),
        [new("d2717a32-9851-48a8-9961-b264c97a411a")] = new("Fenko Vault", PasskeyShape.Manager),
        [new("ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4")] = new("Google Password Manager", PasskeyShape.Manager),
        [new("d49b2120-b865-4191-8cea-be84a52b0485")] = new("Heimlane Vault", PasskeyShape.Manager),
        [new("da583154-ce16-4cdf-9fe6-1dba788c0998")] = new("Hey Be Safe", PasskeyShape.Manager),
        [new("dd4ec289-e01d-41c9-bb89-70fa845d4bf2")] = new("iCloud Keychain", PasskeyShape.Manager),
        [new("6d212b28-a2c1-4638-b375-5932070f62e9")] = new("initial", PasskeyShape.Manager),
        [new("bfc748bb-3429-4faa-b9f9-7cfa9f3b76d0")] = new("iPasswords", PasskeyShape.Manager),
        [new("a10c6dd9-465e-4226-8198-c7c44b91c555")] = new("Kaspersky Password Manager", PasskeyShape.Manager),
        [new("eaecdef2-1c31-5634-8639-f1cbd9c00a08")] = new("KeePassDX", PasskeyShape.Manager),
        [new("9addb28c-b46f-4402-808f-019651441ff3")] = new("KeePassPasskey", PasskeyShape.Manager),
        [new("fdb141b2-5d84-443e-8a35-4698c205a502")] = new("KeePassXC", PasskeyShape.Manager),
        [new("0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6")] = new("Keeper", PasskeyShape.Manager),
        [new("b78a0a55-6ef8-d246-a042-ba0f6d55050c")] = new("LastPass", PasskeyShape.Manager),
        [new("22248c4c-7a12-46e2-9a41-44291b373a4d")] = new("LogMeOnce", PasskeyShape.Manager),
        [new("d3452668-01fd-4c12-926c-83a4204853aa")] = new("Microsoft Password Manager", PasskeyShape.Manager),
        [new("b84e4048-15dc-4dd0-8640-f4f60813c8af")] = new("NordPass", PasskeyShape.Manager),
        [new("fa37f553-f9b6-4adb-ac53-8bbb57ebdf0d")] = new("Norton Password Manager", PasskeyShape.Manager),
        [new("5ca471bb-a56d-46ad-a496-67e70e9ed9fb")] = new("Parcel", PasskeyShape.Manager),
        [new("87f5ec51-f721-4feb-9fe4-be18c4971894")] = new("PassCard", PasskeyShape.Manager),
        [new("70617373-7761-6c6c-6669-646f32303236")] = new("Passwall", PasskeyShape.Manager),
        [new("50726f74-6f6e-5061-7373-50726f746f6e")] = new("Proton Pass", PasskeyShape.Manager),
        [new("d350af52-0351-4ba2-acd3-dfeeadc3f764")] = new("pwSafe", PasskeyShape.Manager),
        [new("65c97700-f5ef-4d5c-8a42-f30e45ac94b7")] = new("Royal Vault", PasskeyShape.Manager),
        [new("53414d53-554e-4700-0000-000000000000")] = new("Samsung Pass", PasskeyShape.Manager),
        [new("e8b7f4a2-c3d5-e6f7-890a-b1c2d3e4f567")] = new("Sherlocked", PasskeyShape.Manager),
        [new("d9be9d39-e6a6-4c28-a581-32b044d986e4")] = new("Sticky Password Manager", PasskeyShape.Manager),
        [new("891494da-2c90-4d31-a9cd-4eab0aed1309")] = new("Sésame", PasskeyShape.Manager),
        [new("cc45f64e-52a2-451b-831a-4edd8022a202")] = new("ToothPic Passkey Provider", PasskeyShape.Manager),
        [new("45e3057e-b2f9-48ed-912f-9b901e153b16")] = new("Uniqkey", PasskeyShape.Manager),
        [new("b35a26b2-8f6e-4697-ab1d-d44db4da28c6")] = new("Zoho Vault", PasskeyShape.Manager),
    }.ToFrozenDictionary();

    public static KnownProvider? Find(Guid aaguid) => ById.GetValueOrDefault(aaguid);
}

/// <param name="Shape">The form of a passkey of it that says nothing of its own.</param>
internal sealed record KnownProvider(string Name, PasskeyShape Shape);
