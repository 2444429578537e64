using AuthServer.Data.Entities;
using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Users;

/// <summary>Neither the answer nor the work tells whether there is an account.</summary>
public sealed class PasswordVerificationTests
{
    private const string Password = "Vexing-Harbour-42";

    private static readonly string Stored = new Argon2PasswordHasher().HashPassword(new User(), Password);

    private readonly Argon2PasswordHasher _hasher = new();
    private readonly PasswordVerification _passwords;

    public PasswordVerificationTests() => _passwords = new(_hasher, new PasswordHashingGate());

    public static TheoryData<string, User?> Refused => new()
    {
        { "wrong password", new User { PasswordHash = Stored } },
        { "no such account", null },
        { "disabled account", new User { PasswordHash = Stored, DisabledAt = DateTime.UnixEpoch } },
        { "account without a password", new User { PasswordHash = User.NoPassword } },
        { "wrong password of another system", new User { PasswordHash = "{SSHA}" + Convert.ToBase64String(new byte[24]) } },
        { "broken hash", new User { PasswordHash = "$argon2id$v=19$" } },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public async Task A_refusal_is_the_same_answer_after_one_hash(string reason, User? user)
    {
        var check = await _passwords.CheckAsync(user, reason == "wrong password" ? "Vexing-Harbour-43" : Password, CancellationToken.None);
        Assert.Equal(new PasswordCheck.Wrong(), check);
        Assert.Equal(1, _hasher.Hashes);
    }

    [Fact]
    public async Task The_right_password_costs_one_hash_too()
    {
        Assert.Equal(
            new PasswordCheck.Right(false), await _passwords.CheckAsync(
                new User { PasswordHash = Stored }, Password, CancellationToken.None));
        Assert.Equal(1, _hasher.Hashes);
    }

    [Fact]
    public async Task Whoever_is_not_admitted_when_the_turn_comes_costs_no_hash()
    {
        Assert.Equal(new PasswordCheck.NotAdmitted(), await _passwords.CheckAsync(null, Password, CancellationToken.None, () => false));
        Assert.Equal(0, _hasher.Hashes);
    }

    [Fact]
    public async Task A_full_gate_answers_busy_with_a_wait()
    {
        var full = new PasswordVerification(_hasher, new PasswordHashingGate(concurrent: 1, waiting: -1));
        Assert.Equal(new PasswordCheck.Busy(PasswordHashingGate.RetryAfter), await full.CheckAsync(null, Password, CancellationToken.None));
        Assert.Null(await full.HashAsync(Password, CancellationToken.None));
        Assert.Equal(0, _hasher.Hashes);
    }
}
