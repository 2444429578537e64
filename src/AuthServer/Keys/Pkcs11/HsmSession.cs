using System.Formats.Asn1;
using System.Security.Cryptography;
using Net.Pkcs11Interop.Common;
using Net.Pkcs11Interop.HighLevelAPI;
using ISession = Net.Pkcs11Interop.HighLevelAPI.ISession;

namespace AuthServer.Keys.Pkcs11;

/// <summary>One session with the HSM, signed in, with the handle of the private key. For one thread at a time.</summary>
internal sealed class HsmSession : ISigningSession
{
    // RFC 8017 section 9.2, note 1: the digest of SHA-256 in DER, up to the digest itself.
    private static readonly byte[] Sha256Info =
        [0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

    private readonly HsmLibrary _library;
    private readonly int _generation;
    private readonly ISession _session;
    private readonly IObjectHandle _key;
    private readonly IMechanism _mechanism;
    private readonly bool _isRsa;

    private HsmSession(HsmLibrary library, ISession session, IObjectHandle key, bool isRsa)
    {
        (_library, _generation, _session, _key, _isRsa) = (library, library.Generation, session, key, isRsa);
        _mechanism = HsmLibrary.Factories.MechanismFactory.Create(isRsa ? CKM.CKM_RSA_PKCS : CKM.CKM_ECDSA);
    }

    /// <exception cref="Pkcs11Exception">The HSM refuses.</exception>
    /// <exception cref="UnmanagedException">The library cannot be loaded.</exception>
    /// <exception cref="HsmException">There is not exactly one such token or key.</exception>
    public static HsmSession Open(HsmLibrary library, HsmAddress address) => library.Call(loaded =>
    {
        // Looked up each time: a token that was away may come back in another slot.
        if (Pkcs11UriUtils.GetMatchingSlotList(address.Uri, loaded, SlotsType.WithTokenPresent) is not [var slot])
        {
            throw new HsmException($"there is not exactly one token of {address.Name}");
        }

        var session = slot.OpenSession(SessionType.ReadOnly);
        try
        {
            var token = slot.GetTokenInfo();
            library.Pins.SignIn($"{token.SerialNumber} {token.Label}", address.Pin, () => SignIn(session, address.Pin));
            var key = Find(session, address, CKO.CKO_PRIVATE_KEY);
            var kind = session.GetAttributeValue(key, [CKA.CKA_KEY_TYPE])[0].GetValueAsUlong();
            return new HsmSession(library, session, key, kind == (ulong)CKK.CKK_RSA);
        }
        catch
        {
            session.Dispose();
            throw;
        }
    });

    /// <summary>The public part, from the object beside the private key. The private one does not always tell it.</summary>
    public AsymmetricAlgorithm PublicKey(HsmAddress address) => Call<AsymmetricAlgorithm>(() =>
    {
        var key = Find(_session, address, CKO.CKO_PUBLIC_KEY);
        if (_isRsa)
        {
            var numbers = _session.GetAttributeValue(key, [CKA.CKA_MODULUS, CKA.CKA_PUBLIC_EXPONENT]);
            return RSA.Create(
                new RSAParameters { Modulus = numbers[0].GetValueAsByteArray(), Exponent = numbers[1].GetValueAsByteArray() });
        }

        var parts = _session.GetAttributeValue(key, [CKA.CKA_EC_PARAMS, CKA.CKA_EC_POINT]);
        var curve = AsnDecoder.ReadObjectIdentifier(parts[0].GetValueAsByteArray(), AsnEncodingRules.DER, out _);
        var point = AsnDecoder.ReadOctetString(parts[1].GetValueAsByteArray(), AsnEncodingRules.DER, out _);
        // SEC 1 section 2.3.3: an uncompressed point is 4, X, Y.
        var half = (point.Length - 1) / 2;
        return ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.CreateFromValue(curve),
            Q = new ECPoint { X = point[1..(1 + half)], Y = point[(1 + half)..] },
        });
    });

    public byte[] Sign(byte[] digest) => Call(() => _session.Sign(_mechanism, _key, _isRsa ? [.. Sha256Info, .. digest] : digest));

    public void Dispose()
    {
        _mechanism.Dispose();
        try
        {
            Call(() =>
            {
                _session.Dispose();
                return true;
            });
        }
        catch (Exception e) when (e is Pkcs11Exception or HsmException)
        {
            // The HSM has forgotten the session already.
        }
    }

    private T Call<T>(Func<T> call) => _library.Call(_ =>
        _library.Generation == _generation ? call() : throw new HsmException("the library was started again"));

    private static void SignIn(ISession session, string pin)
    {
        try
        {
            session.Login(CKU.CKU_USER, pin);
        }
        catch (Pkcs11Exception e) when (e.RV == CKR.CKR_USER_ALREADY_LOGGED_IN)
        {
            // One sign-in counts for all sessions of a process.
        }
    }

    private static IObjectHandle Find(ISession session, HsmAddress address, CKO kind)
    {
        var attributes = HsmLibrary.Factories.ObjectAttributeFactory;
        var template = new List<IObjectAttribute> { attributes.Create(CKA.CKA_CLASS, kind) };
        if (address.Uri.Object is { } label) template.Add(attributes.Create(CKA.CKA_LABEL, label));
        if (address.Uri.Id is { } id) template.Add(attributes.Create(CKA.CKA_ID, id));
        try
        {
            return session.FindAllObjects(template) is [var only] ? only : throw new HsmException(
                $"{address.Name} is not exactly one {(kind == CKO.CKO_PRIVATE_KEY ? "private" : "public")} key");
        }
        finally
        {
            foreach (var attribute in template) attribute.Dispose();
        }
    }
}

/// <summary>What the HSM holds is not what the URI says.</summary>
internal sealed class HsmException(string message) : Exception(message);
