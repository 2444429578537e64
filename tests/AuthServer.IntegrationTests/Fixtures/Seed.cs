namespace AuthServer.IntegrationTests.Fixtures;

public sealed record Person(string Email, string Password);

/// <summary>The clients and people of Fixtures/seed.json, by name.</summary>
public static class Seed
{
    public const string Api = "https://api.example.test";

    /// <summary>A registered resource without scopes, with a name and RS256.</summary>
    public const string Reports = "https://reports.example.test";

    /// <summary>A registered resource without scopes, with a name and ES256.</summary>
    public const string Ledger = "https://ledger.example.test";

    /// <summary>A registered resource without scopes, name and algorithm.</summary>
    public const string Nameless = "https://nameless.example.test";

    /// <summary>Has every standard claim.</summary>
    public static readonly Person Alice = new("alice@example.test", "Correct-Horse-7-Battery");

    public static readonly Person Bob = new("bob@example.test", "Purple-Lighthouse-42!");

    /// <summary>Has the admin role.</summary>
    public static readonly Person Carol = new("carol@example.test", "Quiet-Mountain-88-Tea");

    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Fixtures", "seed.json");

    /// <summary>A public client that needs no consent.</summary>
    public static ClientApp Spa(Issuer issuer) => new(issuer, "spa", null, "https://spa.example.test/callback");

    /// <summary>A confidential client that needs no consent.</summary>
    public static ClientApp Web(Issuer issuer) =>
        new(issuer, "web", "web-secret-3kq9vX7nTzLw2RbY8mHdJf5pQ2", "https://web.example.test/signin-oidc");

    /// <summary>A public client that is registered for bound tokens alone.</summary>
    public static ClientApp Prover(Issuer issuer) => new(issuer, "prover", null, "https://prover.example.test/callback");

    /// <summary>A confidential client with pairwise subjects; discreet and discreet-two have one sector, reserved has another.</summary>
    public static ClientApp Pairwise(Issuer issuer, string name = "discreet") => new(
        issuer, name, name + "-secret-5sVw8Nb3Hq6Xt9Kd2Jr",
        $"https://{name.Replace("-two", "", StringComparison.Ordinal)}.example.test/{name}");

    /// <summary>A public client with signed userinfo, tokens of two minutes and sessions of an hour.</summary>
    public static ClientApp Fussy(Issuer issuer) => new(issuer, "fussy", null, "https://fussy.example.test/callback");

    /// <summary>A native app: any loopback port, ID tokens signed with ES256, no refresh tokens.</summary>
    public static ClientApp Native(Issuer issuer, string redirectUri) => new(issuer, "native", null, redirectUri);

    /// <summary>A public client of somebody else: people are asked.</summary>
    public static ClientApp ThirdParty(Issuer issuer) => new(issuer, "third-party", null, "https://third.example.test/cb");

    /// <summary>An app of somebody else that is registered for the scope openid alone, and for refresh tokens.</summary>
    public static ClientApp Modest(Issuer issuer) => new(issuer, "modest", null, "https://modest.example.test/cb");

    /// <summary>A client that needs no consent and whose registration a test changes.</summary>
    public static ClientApp Shrinking(Issuer issuer) => new(issuer, "shrinking", null, "https://shrinking.example.test/cb");

    /// <summary>A client whose ID tokens tell nothing of the person but what is asked for one by one.</summary>
    public static ClientApp Minimal(Issuer issuer) => new(issuer, "minimal", null, "https://minimal.example.test/cb");

    /// <summary>A client of an API that has no scopes; people are asked.</summary>
    public static ClientApp Scopeless(Issuer issuer) =>
        new(issuer, "scopeless", "scopeless-secret-4jXv8Qn2Tb6Wz9Kr3Hd", "https://scopeless.example.test/cb");

    /// <summary>A client of the registered resources, which have no scopes; people are asked.</summary>
    public static ClientApp Reporter(Issuer issuer) =>
        new(issuer, "reporter", "reporter-secret-6Yk2Vn9Hq4Xs7Tb3Wd8Rz", "https://reporter.example.test/cb");

    /// <summary>A client with RS256 access tokens; it may act for itself too.</summary>
    public static ClientApp Pinned(Issuer issuer) =>
        new(issuer, "pinned", "pinned-secret-8hKt3Wz6Rc9Qm2Xf5Bv7Ly", "https://pinned.example.test/cb");

    /// <summary>A first-party app that may use the whole JSON API.</summary>
    public static ClientApp Console(Issuer issuer) => new(issuer, "console", null, "https://console.example.test/callback");

    /// <summary>An app of somebody else with every scope of the JSON API.</summary>
    public static ClientApp Directory(Issuer issuer) => new(issuer, "directory", null, "https://directory.example.test/callback");

    /// <summary>A public client with the default grace for a refresh that got no answer.</summary>
    public static ClientApp Patient(Issuer issuer) => new(issuer, "patient", null, "https://patient.example.test/callback");

    /// <summary>A device without a browser, an app of somebody else: people are asked.</summary>
    public static ClientApp Television(Issuer issuer) => new(issuer, "tv", null, "");

    /// <summary>A confidential client of the device grant that the operator vouches for; no refresh tokens.</summary>
    public static ClientApp Tool(Issuer issuer) => new(issuer, "tool", "tool-secret-5mXq8Vt3Jz6Rb1Nw9Kd4Hs", "");

    /// <summary>Names a person who is not at its screen (CIBA); people are asked.</summary>
    public static ClientApp Till(Issuer issuer) => new(issuer, "till", "till-secret-3Wq7Zb5Xk9Vn2Jm6Tc8Rd", "");

    /// <summary>Acts for itself (client_credentials).</summary>
    public static ClientApp Machine(Issuer issuer) => new(issuer, "machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKe", "");

    /// <summary>The resource server, which introspects the tokens meant for <see cref="Api"/>.</summary>
    public static ClientApp ResourceServer(Issuer issuer) => new(issuer, "api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2", "");
}
