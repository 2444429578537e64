using AuthServer.Keys.Pkcs11;
using Net.Pkcs11Interop.Common;

namespace AuthServer.UnitTests.Keys;

/// <summary>A wrong PIN: an HSM locks itself after a few.</summary>
public sealed class RefusedPinsTests
{
    private readonly RefusedPins _pins = new();
    private int _tries;

    [Fact]
    public void A_wrong_pin_is_tried_once_for_a_token_however_many_keys_and_threads_ask()
    {
        Parallel.For(0, 16, _ => Assert.Equal(CKR.CKR_PIN_INCORRECT, Refused("token", "wrong", CKR.CKR_PIN_INCORRECT)));
        Assert.Equal(1, _tries);
        Assert.Equal(CKR.CKR_PIN_LOCKED, Refused("token", "another", CKR.CKR_PIN_LOCKED));
        Refused("other token", "wrong", CKR.CKR_PIN_INCORRECT);
        Assert.Equal(3, _tries);
    }

    [Fact]
    public void Another_refusal_says_nothing_about_the_pin_and_it_is_tried_again()
    {
        Refused("token", "right", CKR.CKR_DEVICE_ERROR);
        _pins.SignIn("token", "right", () => _tries++);
        _pins.SignIn("token", "right", () => _tries++);
        Assert.Equal(3, _tries);
    }

    private CKR Refused(string token, string pin, CKR answer) => Assert.Throws<Pkcs11Exception>(() => _pins.SignIn(token, pin, () =>
    {
        Interlocked.Increment(ref _tries);
        throw new Pkcs11Exception("C_Login", answer);
    })).RV;
}
