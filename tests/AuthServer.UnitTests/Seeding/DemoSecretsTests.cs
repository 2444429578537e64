using AuthServer.Keys;
using AuthServer.Seeding;
using AuthServer.Users.Passwords;

namespace AuthServer.UnitTests.Seeding;

public sealed class DemoSecretsTests
{
    [Fact]
    public void Demo_passwords_obey_the_policy_and_stay_the_same_with_the_same_key()
    {
        var policy = new PasswordPolicy(new PasswordOptions());
        for (var i = 0; i < 200; i++)
        {
            var key = Enumerable.Repeat((byte)i, 32).ToArray();
            var password = Secrets(key).Password("alice@example.com");
            Assert.Empty(policy.Judge(password, new("alice@example.com", "Alice", "Anderson")));
            Assert.Equal(password, Secrets(key).Password("alice@example.com"));
            Assert.NotEqual(password, Secrets(key).Password("bob@example.com"));
            Assert.NotEqual(password, Secrets([.. key, 1]).Password("alice@example.com"));
        }
    }

    private static DemoSecrets Secrets(byte[] key) => new(new SecretOptions { SecretKey = key });
}
