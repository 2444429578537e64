using System.Diagnostics;
using System.Text.Json;
using AuthServer.Data.Entities;
using AuthServer.Users.Passwords;
using AuthServer.Users.Passwords.Foreign;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.UnitTests.Users;

/// <summary>
/// Hashes of other systems. Where nothing else is said, passlib 1.7.4 made them, with the Python packages bcrypt 3.2.2 and argon2-cffi
/// 21.1.0.
/// </summary>
public sealed class ForeignHashTests
{
    private const string Password = "Vexing-Harbour-42";
    private const string Umlaut = "Ärger mit 7 Zwergen";

    private readonly Argon2PasswordHasher _hasher = new();

    public static TheoryData<string, string> Vectors => new()
    {
        { "$2a$06$IxyKKaUS8xdKANqz/R14YelopK7yB1xOt6AtQdxv9bsmwsItXCD/a", Password },
        { "$2b$06$JgdEC.Q99ckRQDk5dflYLe50P7aSesSZCVdHEfO8B8ytysccgjG1.", Umlaut },
        // PHP 8.2.
        { "$2y$06$OMgrOLitTNIXY95MAQu8.O5AghBLjYXOoNW3Fx3m90rwb/5XrVBTu", Password },
        { "$argon2id$v=19$m=4096,t=2,p=2$anplNldISGlxREZ0ZXZ6Qw$sNYyDMzDHVgw2hRAanz8e9GllIzai/Z7suatX1Uu/8A", Password },
        // wp_hash_password() of WordPress 6.8, by Python's hmac and bcrypt.
        { "$wp$2y$06$1dvRAFVUIHwsnwZiNhn2pe.ArZBo/NX2B75IwHIW2zMZ2Eh4SE9PO", Password },
        // Django, by its handlers in passlib.
        { "bcrypt$$2b$06$fcD0pno9Kp58PNBikggleemiWqUnQrIvWC0kONO1by00y/tdYsdDa", Umlaut },
        { "bcrypt_sha256$$2b$06$awPZSFzuVipuhEnP4eW.OOQ0bT4g9GA8MGJMvnmLToZEoyhEzSoCG", Password },
        { "pbkdf2_sha256$20000$itxSKdCnwLRk$7hZUp45Tyr9fLj/u3KRnQU4lBss08+FHAzMy8rX1IdU=", Umlaut },
        { "pbkdf2_sha1$20000$N13Jq9GbGLSZ$4bGwLNK6L8l+CYN9r6+8x762A4E=", Password },
        // passlib's own forms.
        { "$pbkdf2$5000$BQBAaO1da01pDeEcQ.j9Hw$Wt3BLM2KMBTYMIckf3z47veWpME", Password },
        { "$pbkdf2-sha256$29000$XislZOy9l3IuxXgPgfCecw$fLObA4wdbJUX2.loT0ORizBtN.3VeGwHYdPknCbZLI4", Umlaut },
        {
            "$pbkdf2-sha512$25000$OkfonXPuXesdA0BI6f0/xw$"
            + "PewkoGg47Xb4retEqC7Yhb51cTQdXeuiClhNrmtJqw4EWrtB1RUvcKBENvQz2Q./HgSs7vkXEw3KzMQMiq8s5g",
            Password
        },
        { "$scrypt$ln=10,r=8,p=1$lNK6t3buPQcAwFjLeW/t/Q$NGYBma5crCDvjMOrXMs+4yzF4v93G52ssrB7u9cGa/s", Password },
        { "$scrypt$ln=12,r=4,p=3$C4HQem/t3VuLkdJ6z7m31g$3ibp20+MxRhGxGsUvlXjMwx8i4ehEgHSdzvh6NmTvUY", Umlaut },
        // Argon2 of several lanes, of kind i, and with a short salt.
        { "$argon2id$v=19$m=4096,t=3,p=4$BgAgZCyFEKKUco7xHmOMEQ$AaVfL+f6JEbVEUh94nLqSQ", Password },
        { "$argon2i$v=19$m=1024,t=2,p=1$vLf23nsvZWwNwZiTkvI+hw$Imr/qvP/7OvayicvK2yyJw", Umlaut },
        { "$argon2id$v=19$m=1000,t=2,p=3$4TxHaI3xvtc$2Xlwnu21NX5kSmUhlm9fCLcN3VbHmJz7", Umlaut },
        { "argon2$argon2id$v=19$m=2048,t=2,p=8$wNibkzLmfM/5HyOEkLK2Vg$BU2nJYBwex+TaIYwke/GEQ", Password },
        // phpass.
        { "$P$8KJL6OHbyneSxLXRjuQbB8OjmJBOT10", Password },
        { "$H$6NlgT955o/77IG9682ExFkP6SNlL6U/", Umlaut },
        // The test hash that comes with phpass 0.5 (openwall.com/phpass, test.php).
        { "$P$9IQRaTwmfeRo7ud9Fh4E2PdI0S3r.L0", "test12345" },
        // LDAP.
        { "{SSHA}8PZ7/Jvvs8r2GXsngAAmDolLHDMc4xzD", Password },
        { "{SSHA256}L+A1Ca/d5kZ8Uw56Q/3AG23g5Ct1mvxEjSIgVVKcUbvbW0sp5byXcg==", Umlaut },
        { "{SSHA512}xxjDKMgLmxawVRENTj8dxldR1HdunGhupxnugfkUZ9BABX07oZey1ACBB3k6vCOegU9+xLrg7EQEoozy8p4s9DsnBABAiHEu", Password },
        // The example of github.com/firebase/scrypt.
        {
            "$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,"
            + "sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA=="
            + "$42xEC+ixf3L2lw==$lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==",
            "user1password"
        },
    };

    [Theory]
    [MemberData(nameof(Vectors))]
    public void A_hash_of_another_system_verifies_its_password_alone_and_asks_to_be_replaced(string hash, string password)
    {
        var stored = Stored(hash);
        Assert.True(stored.Length <= 255);
        Assert.Equal(stored, Stored(stored));
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(stored, password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(stored, password + "x"));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(stored, ""));
    }

    [Theory]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV2)]
    [InlineData(PasswordHasherCompatibilityMode.IdentityV3)]
    public void A_hash_by_the_hasher_of_ASP_NET_Core_Identity_verifies(PasswordHasherCompatibilityMode mode)
    {
        var options = new PasswordHasherOptions { CompatibilityMode = mode, IterationCount = 20_000 };
        var theirs = new PasswordHasher<User>(Options.Create(options));
        var stored = Stored(theirs.HashPassword(new(), Umlaut));
        Assert.Equal(PasswordVerificationResult.SuccessRehashNeeded, Verify(stored, Umlaut));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(stored, Password));
    }

    // As an exported realm has it (https://www.keycloak.org/server/importExport); the values are by Python's hashlib and argon2-cffi.
    [Theory]
    [InlineData(
        "Dd+fU+Ny8FKtCvdnjvJ/j1belVP467cCrdcq/fW+cDXwbZPbwdsOb/5Rw0TbkWZlcBC12TRVH32PP6nIGEKWjQ==",
        """{"hashIterations":20000,"algorithm":"pbkdf2","additionalParameters":{}}""", "$pbkdf2$20000$")]
    [InlineData(
        "gCQ9fW2iEY3hz9vFTFi7a06Uk27oilqEJS6RG1dzorTZeqm7vhIHfuwpXqIvHDphfJnkeF3Vwsjf3f0/b9RihQ==",
        """{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}""", "$pbkdf2-sha256$27500$")]
    [InlineData(
        "G695SJ4vmbaZqDlI0V4mrmNhEbZka9BGHZVHoRYpAopGnIDZJWFwPXZLxBECQKrC6+pIFs3lkHUExKzhazbM2g==",
        """{"hashIterations":30000,"algorithm":"pbkdf2-sha512","additionalParameters":{}}""", "$pbkdf2-sha512$30000$")]
    [InlineData(
        "n3TKhwZl/1NkVIq313HhpiAB/lSPwj1l6+TiktoCMnE=",
        """
        {"hashIterations":5,"algorithm":"argon2","additionalParameters":
          {"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}
        """,
        "$argon2id$v=19$m=7168,t=5,p=1$")]
    public void A_credential_of_Keycloak_is_kept_in_a_form_that_fits_the_column(string value, string data, string form)
    {
        var secret = JsonSerializer.Serialize(new { value, salt = "ABEiM0RVZneImaq7zN3u/w==" });
        var stored = Stored(JsonSerializer.Serialize(new { id = "0f1e", type = "password", secretData = secret, credentialData = data }));
        Assert.StartsWith(form, stored, StringComparison.Ordinal);
        Assert.True(stored.Length <= 255);
        Assert.NotEqual(PasswordVerificationResult.Failed, Verify(stored, Password));
        Assert.Equal(PasswordVerificationResult.Failed, Verify(stored, Umlaut));
    }

    [Theory]
    [InlineData("$2b$15$abcdefghijklmnopqrstuuSUwBOoTAA0xqzUFXTWo0KCXsKxIzYVe", "cost from 4 to 14")]
    [InlineData("$2b$31$abcdefghijklmnopqrstuuSUwBOoTAA0xqzUFXTWo0KCXsKxIzYVe", "cost from 4 to 14")]
    [InlineData("$2a$10$abc", "not a whole bcrypt hash")]
    [InlineData("$2x$10$abcdefghijklmnopqrstuuSUwBOoTAA0xqzUFXTWo0KCXsKxIzYVe", "faulty version")]
    [InlineData("pbkdf2_sha256$99999999$salt$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "from 1 to 2000000 iterations")]
    [InlineData("pbkdf2_sha1$1000001$salt$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "from 1 to 1000000 iterations")]
    [InlineData("pbkdf2_sha256$0$salt$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "iterations")]
    [InlineData("pbkdf2_sha256$1000$salt$c2hvcnQ=", "hash of 16 to 64 bytes")]
    [InlineData("$pbkdf2-md5$1000$c2FsdA$c2hvcnQ", "known form of PBKDF2")]
    [InlineData("AQAAAAL/////AAAAEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "iterations")]
    [InlineData("AQAAAAIAAYagAAABAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "goes on otherwise")]
    [InlineData("$scrypt$ln=22,r=8,p=1$c2FsdHNhbHQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "too much")]
    [InlineData("$scrypt$ln=14,r=8,p=99$c2FsdHNhbHQ$47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU", "too much")]
    [InlineData("$scrypt$ln=14$c2FsdA$47DEQpj8HBSa", "known form of scrypt")]
    [InlineData("$argon2id$v=19$m=1048576,t=1,p=4$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "m=1048576")]
    [InlineData("$argon2id$v=19$m=262144,t=5,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "product")]
    [InlineData("$argon2id$v=19$m=131072,t=3,p=4$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "product")]
    [InlineData("$argon2id$v=19$m=19456,t=99,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "t=99")]
    [InlineData("$argon2i$v=19$m=19456,t=2,p=999$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "p=999")]
    [InlineData("$argon2id$v=19$m=8,t=2,p=4$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "m=8")]
    [InlineData("$argon2id$v=16$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "version 1.3")]
    [InlineData("$argon2d$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$MoqTc3NaJi14h8BxjW1HeKJQ2DaaK+4/sn5wGNXdHEc", "Argon2d")]
    [InlineData("$P$Z12345678RXStjDOgUUlEK51ZxGDHU0", "rounds")]
    [InlineData("$H$9short", "phpass")]
    [InlineData("{SSHA}qUqP5cyxm6YcTAhz05Hph5gvu9M=", "salt after it")]
    [InlineData("""{"secretData":"{}","credentialData":"{\"algorithm\":\"pbkdf2-sha256\",\"hashIterations\":1}"}""", "Keycloak")]
    [InlineData("""{"secretData":{},"credentialData":{}}""", "Keycloak")]
    [InlineData("""{"secretData":"{\"salt\":\"\\ud800\",\"value\":\"\"}","credentialData":"{\"algorithm\":\"\\udfff\"}"}""", "Keycloak")]
    [InlineData("plaintext", "one of these forms")]
    [InlineData("", "one of these forms")]
    [InlineData("!", "one of these forms")]
    public void What_is_broken_or_asks_for_too_much_work_is_refused_and_never_verifies(string hash, string reason)
    {
        Assert.Contains(reason, Assert.IsType<HashReading.Refused>(ForeignHashes.Read(hash)).Fault, StringComparison.Ordinal);
        var before = _hasher.Hashes;
        Assert.Equal(PasswordVerificationResult.Failed, Verify(hash, Password));
        Assert.Equal(before + 1, _hasher.Hashes);
    }

    [Theory]
    [InlineData("$1$abcdefgh$0123456789012345678901", "MD5-crypt")]
    [InlineData("$apr1$abcdefgh$0123456789012345678901", "apr1")]
    [InlineData("5f4dcc3b5aa765d61d8327deb882cf99", "plain MD5")]
    [InlineData("5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8", "plain SHA-1")]
    [InlineData("5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8", "plain SHA-256")]
    [InlineData("{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=", "{SHA}")]
    [InlineData("{MD5}X03MO1qnZdYdgyfeuILPmQ==", "{MD5}")]
    [InlineData("md5$salt$5f4dcc3b5aa765d61d8327deb882cf99", "MD5")]
    [InlineData("sha1$salt$5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8", "SHA1")]
    public void A_hash_that_is_as_good_as_the_password_is_refused_by_name(string hash, string name)
    {
        var fault = Assert.IsType<HashReading.Refused>(ForeignHashes.Read(hash)).Fault;
        Assert.Contains(name, fault, StringComparison.Ordinal);
        Assert.Contains("import the account without it", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_wrong_password_the_hash_of_ours_is_computed_besides_so_that_a_quick_form_cannot_be_told_from_no_account()
    {
        Verify("{SSHA}" + Convert.ToBase64String(new byte[24]), Password);
        Assert.Equal(1, _hasher.Hashes);
    }

    [Fact]
    public void The_length_of_a_password_does_not_multiply_the_rounds_of_phpass()
    {
        var clock = Stopwatch.StartNew();
        Assert.Equal(PasswordVerificationResult.Failed, Verify("$P$E12345678RXStjDOgUUlEK51ZxGDHU0", new string('x', 60_000)));
        // Of 65536 rounds over 60 KB each it would be 10 seconds.
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    // bcrypt sees 72 bytes, and WordPress trims: what the hash has not seen may be a mistake, and is not made the new password.
    [Theory]
    [InlineData(
        "$2b$06$/KNF.YB1fXqDnwhSJ29efO/5Ttac./ER10KjXxI0Evsa6qqSBt1ya",
        "correct horse battery staple, correct horse battery staple, correct hors and a mistake")]
    [InlineData("$wp$2y$06$1dvRAFVUIHwsnwZiNhn2pe.ArZBo/NX2B75IwHIW2zMZ2Eh4SE9PO", Password + " ")]
    public void A_password_that_the_hash_has_not_seen_whole_signs_in_and_does_not_replace_it(string hash, string password) =>
        Assert.Equal(PasswordVerificationResult.Success, Verify(Stored(hash), password));

    [Fact]
    public void A_text_is_read_in_bounded_time_whatever_its_length()
    {
        Assert.IsType<HashReading.Refused>(ForeignHashes.Read("{SSHA}" + new string('A', 1_000_000)));
        Assert.IsType<HashReading.Refused>(ForeignHashes.Read(new string('{', ForeignHashes.MostReadLength)));
    }

    private static string Stored(string hash) => Assert.IsType<HashReading.Accepted>(ForeignHashes.Read(hash)).Hash.Text;

    private PasswordVerificationResult Verify(string hash, string password) => _hasher.VerifyHashedPassword(new(), hash, password);
}
