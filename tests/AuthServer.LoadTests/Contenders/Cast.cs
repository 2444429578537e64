using System.Security.Cryptography;
using System.Text;
using NSec.Cryptography;

namespace AuthServer.LoadTests.Contenders;

/// <summary>The clients and people that every contender knows.</summary>
internal static class Cast
{
    public const string Api = "https://api.example.test";
    public const string RedirectUri = "https://app.example.test/callback";
    public const string MachineScope = "notes:read";

    /// <summary>Scopes of the code flow: an ID token, a refresh chain, and an access token for the API.</summary>
    public const string ChainScope = "openid offline_access notes:read";

    /// <summary>Scopes whose access token userinfo accepts everywhere.</summary>
    public const string ProfileScope = "openid profile email";

    public const string Password = "Correct-Horse-7-Battery";

    public static readonly ClientAccount Machine = new("machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKeUd3R");

    /// <summary>Its ID tokens are signed with ES256 where the server can.</summary>
    public static readonly ClientAccount App = new("app", "app-secret-3kq9vX7nTzLw2RbY8mHdPc6J");

    /// <summary>The same with the default, RS256.</summary>
    public static readonly ClientAccount AppRs256 = new("app-rs256", "app-rs256-secret-Vn5cW8xKq2ZtLr4Y7hMb");

    public static readonly ClientAccount ResourceServer = new("api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2Wn1G");

    /// <summary>How many people there are besides those of a soak.</summary>
    public const int People = 64;

    public static string Email(int person) => $"person{person}@example.test";

    /// <summary>One hash for all: making one costs 20 ms.</summary>
    public static string PasswordHash { get; } = Hash();

    private static string Hash()
    {
        var salt = RandomNumberGenerator.GetBytes(16);
        var algorithm = PasswordBasedKeyDerivationAlgorithm.Argon2id(
            new Argon2Parameters { DegreeOfParallelism = 1, MemorySize = 19456, NumberOfPasses = 2 });
        var output = algorithm.DeriveBytes(Encoding.UTF8.GetBytes(Password), salt, 32);
        return $"$argon2id$v=19$m=19456,t=2,p=1${Encode(salt)}${Encode(output)}";

        static string Encode(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=');
    }
}

/// <summary>A confidential client, which authenticates by client_secret_post.</summary>
internal sealed record ClientAccount(string Id, string Secret);
