using AuthServer.Data.Entities;
using AuthServer.Users.Passwords;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.UnitTests.Users;

/// <summary>RFC 9106 in the PHC string form of the reference implementation.</summary>
public sealed class Argon2PasswordHasherTests
{
    // echo -n "Vexing-Harbour-42" | argon2 "somesaltsomesalt" -id -t 2 -k 19456 -p 1 -l 32 -e
    private const string OfReferenceTool =
        "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc";
    private const string WeakerOfReferenceTool =
        "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$gbewk3CrMm2UnpurpPsI81C8PGQoIuZLDgi0LLSfysE";
    private const string Password = "Vexing-Harbour-42";

    private readonly Argon2PasswordHasher _hasher = new();
    private readonly User _user = new();

    [Fact]
    public void A_hash_says_how_it_was_made()
    {
        var hash = _hasher.HashPassword(_user, Password);
        Assert.Matches(@"^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$", hash);
        Assert.True(hash.Length <= 255);
        Assert.NotEqual(hash, _hasher.HashPassword(_user, Password));
    }

    [Fact]
    public void A_password_matches_its_hash_and_no_other()
    {
        var hash = _hasher.HashPassword(_user, Password);
        Assert.Equal(PasswordVerificationResult.Success, _hasher.VerifyHashedPassword(_user, hash, Password));
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, hash, Password + " "));
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, hash, Password.ToUpperInvariant()));
    }

    [Fact]
    public void A_hash_of_the_reference_tool_matches() =>
        Assert.Equal(PasswordVerificationResult.Success, _hasher.VerifyHashedPassword(_user, OfReferenceTool, Password));

    [Fact]
    public void A_weaker_hash_matches_and_asks_to_be_made_anew()
    {
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, _hasher.VerifyHashedPassword(_user, WeakerOfReferenceTool, Password));
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, WeakerOfReferenceTool, "x"));
    }

    [Fact]
    public void The_whole_password_counts()
    {
        var same = new string('a', 127);
        var hash = _hasher.HashPassword(_user, same + "b");
        Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, hash, same + "c"));
    }

    [Fact]
    public void Two_keyboards_that_compose_differently_type_one_password() =>
        Assert.Equal(
            PasswordVerificationResult.Success, _hasher.VerifyHashedPassword(
                _user, _hasher.HashPassword(_user, "Caf\u00E9-42-Bar"), "Cafe\u0301-42-Bar"));

    [Theory]
    [InlineData(User.NoPassword)]
    [InlineData("")]
    [InlineData("$2a$12$abcdefghijklmnopqrstuv")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=19456,t=9999,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=19456,t=0,p=1$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=4$c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c2hvcnQ$c29tZXNhbHRzb21lc2FsdA")]
    [InlineData("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$c2hvcnQ")]
    public void What_is_no_hash_of_ours_never_matches_and_costs_one_hash(string stored)
    {
        Assert.Null(Argon2Hash.Parse(stored));
        foreach (var password in new[] { stored, "!", "", Password })
        {
            var before = _hasher.Hashes;
            Assert.Equal(PasswordVerificationResult.Failed, _hasher.VerifyHashedPassword(_user, stored, password));
            Assert.Equal(before + 1, _hasher.Hashes);
        }
    }

    [Fact]
    public void A_hash_reads_back_as_it_was_written() => Assert.Equal(OfReferenceTool, Argon2Hash.Parse(OfReferenceTool)!.ToString());
}
