using System.Security.Cryptography;
using AuthServer.Configuration;
using AuthServer.IntegrationTests.Fixtures;
using AuthServer.Keys;
using AuthServer.Keys.Outside;
using AuthServer.Keys.Pkcs11;
using Microsoft.IdentityModel.Tokens;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;

namespace AuthServer.IntegrationTests.Keys;

/// <summary>Keys in an HSM (SoftHSM 2) that sign in this process.</summary>
public sealed class HsmTests : IDisposable
{
    private const int Threads = 8, Signatures = 60;

    private readonly LogLines<HsmKeys> _log = new();
    private readonly SettingProblems _problems = new();
    private HsmKeys? _keys;

    public void Dispose() => _keys?.Dispose();

    [Theory]
    [InlineData("pkcs11:token=auth;object=es", RingKeys.Es256)]
    [InlineData("pkcs11:token=auth;id=%02;type=private", RingKeys.Rs256)]
    public async Task A_key_signs_for_many_threads_at_once_and_verifies_by_its_public_part_alone(string uri, string algorithm)
    {
        await SoftHsm.OfThisProcessAsync();
        var key = Assert.Single(Read(uri));
        Assert.Empty(_problems.Lines);
        Assert.Equal((uri, algorithm), (key.Source, key.Key.Algorithm));
        Parallel.For(0, Threads, _ =>
        {
            for (var i = 0; i < Signatures; i++) Verified(key);
        });

        // What JWKS tells is enough to verify.
        var published = JsonWebKeyConverter.ConvertFromSecurityKey(key.Key.Credentials.Key);
        Assert.Equal(key.Key.Kid, Base64UrlEncoder.Encode(published.ComputeJwkThumbprint()));
        Assert.False(published.HasPrivateKey);
    }

    [Fact]
    public async Task Sessions_that_the_machine_has_closed_are_opened_again_without_a_failed_signature()
    {
        await SoftHsm.OfThisProcessAsync();
        var key = Assert.Single(Read("pkcs11:token=auth;object=es"));
        var factories = new Pkcs11InteropFactories();
        // The same copy of the library: it is initialized once for the process.
        var library = factories.Pkcs11LibraryFactory.LoadPkcs11Library(factories, SoftHsm.Module, AppType.MultiThreaded);
        var slot = library.GetSlotList(SlotsType.WithTokenPresent).Single(s => s.GetTokenInfo().Label == "auth");
        for (var i = 0; i < 5; i++)
        {
            Verified(key);
            // Every session of the process, and the sign-in with them.
            slot.CloseAllSessions();
            Verified(key);
        }
    }

    [Fact]
    public async Task A_signature_of_another_key_is_never_given_out()
    {
        await SoftHsm.OfThisProcessAsync();
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = OutsideKey.Of("test", new Swapped(other), new(), _problems)!;
        var refused = Assert.Throws<SigningUnavailableException>(() => key.Key.Sign("JWT", "{}"u8));
        Assert.Contains("does not verify with its public key", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("pkcs11:token=auth;object=es?pin-value=1234", "has a PIN in it")]
    [InlineData("pkcs11:token=auth", "names no key")]
    [InlineData("pkcs11:nonsense", "is no PKCS#11 URI")]
    [InlineData("pkcs11:token=none;object=es", "there is not exactly one token")]
    [InlineData("pkcs11:token=auth;object=none", "is not exactly one private key")]
    [InlineData("pkcs11:token=auth;object=es?pin-source=/nowhere", "pin-source of pkcs11:token=auth;object=es cannot be read")]
    [InlineData("pkcs11:token=auth;object=es?module-path=/nowhere.so", "/nowhere.so cannot be loaded")]
    [InlineData("pkcs11:token=auth;object=p384", "an elliptic curve other than P-256")]
    public async Task What_cannot_be_used_is_named_with_its_cure_and_without_the_pin(string uri, string wrong)
    {
        var hsm = await SoftHsm.OfThisProcessAsync();
        if (wrong.StartsWith("an elliptic", StringComparison.Ordinal))
            await hsm.ImportAsync("p384", "03", ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem());
        Assert.Empty(Read(uri));
        var line = Assert.Single(_problems.Lines);
        Assert.Contains(wrong, line, StringComparison.Ordinal);
        Assert.Contains("; ", line, StringComparison.Ordinal);
        Assert.DoesNotContain("1234", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_pin_may_stand_in_a_file_that_the_uri_names_and_a_missing_or_wrong_one_is_said()
    {
        await SoftHsm.OfThisProcessAsync();
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, SoftHsm.Pin + "\n");
        var read = Read($"pkcs11:token=auth;object=es?pin-source=file:{file}", pin: null);
        Assert.True(read.Count == 1, string.Join('\n', _problems.Lines));
        Assert.Empty(Read("pkcs11:token=auth;object=es", pin: null));
        Assert.StartsWith("PKCS11_PIN: is not set", Assert.Single(_problems.Lines), StringComparison.Ordinal);
        File.Delete(file);
    }

    private List<OutsideKey> Read(string uri, string? pin = SoftHsm.Pin)
    {
        _keys?.Dispose();
        _keys = new(new() { Module = SoftHsm.Module, Pin = pin }, new(), _log);
        return [.. _keys.Read(uri, _problems)];
    }

    private static void Verified(OutsideKey key)
    {
        var token = key.Key.Sign("JWT", "{}"u8);
        var dot = token.LastIndexOf('.');
        Assert.True(key.Key.Verifies(System.Text.Encoding.ASCII.GetBytes(token[..dot]), Base64UrlEncoder.DecodeBytes(token[(dot + 1)..])));
    }

    /// <summary>A machine that answers with the signature of a key that is not the one it named.</summary>
    private sealed class Swapped(ECDsa signer) : IRemoteKey
    {
        public AsymmetricAlgorithm PublicKey { get; } = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        public byte[] Sign(byte[] digest) => signer.SignHash(digest);
    }
}
