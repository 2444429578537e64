namespace AuthServer.IntegrationTests.Attacks.Plain;

/// <summary>The clients that take part, and one that the server does not know.</summary>
internal static class Parties
{
    public static readonly Party[] Apps =
    [
        new(
            "spa", null, "https://spa.example.test/callback",
            ["openid", "profile", "email", "address", "phone", "offline_access", "notes:read", "notes:write"]),
        new(
            "web", "web-secret-3kq9vX7nTzLw2RbY8mHdJf5pQ2", "https://web.example.test/signin-oidc",
            ["openid", "profile", "email", "address", "phone", "offline_access", "notes:read", "notes:write"]),
        new("patient", null, "https://patient.example.test/callback", ["openid", "offline_access"]),
        new("minimal", null, "https://minimal.example.test/cb", ["openid", "profile", "email", "offline_access"]),
        new(
            "pinned", "pinned-secret-8hKt3Wz6Rc9Qm2Xf5Bv7Ly", "https://pinned.example.test/cb",
            ["openid", "profile", "offline_access", "notes:read"]),
        // Its registration has a member that this version does not know: never answered the plain way.
        new("bound", null, "https://bound.example.test/callback", ["openid", "profile", "email", "offline_access"]),
        new(
            "console", null, "https://console.example.test/callback",
            ["openid", "offline_access", "account:read", "account:write", "users:read", "users:write"]),
    ];

    public static readonly Party Machine = new("machine", "machine-secret-9fPq4WcJ6sVgN1tX5aKe", "", ["notes:read"]);
    public static readonly Party Silent = new("silent-machine", "silent-machine-secret-5rVb8Nq3Xt7Kc2Jd", "", ["notes:read"]);
    public static readonly Party Posting = new("post-machine", "post-machine-secret-6wDf4Hm9Zp2Gs8Ly3", "", ["notes:read"]);
    public static readonly Party TlsMachine = new("tls-machine", "tls-machine-secret-7gTs2Xk9Vw4Lq8Zd3Hm", "", ["notes:read"]);
    public static readonly Party Api = new("api", "api-secret-Zr8mB2yLx6QdT4vHj7KsJf5pQ2", "", []);
    public static readonly Party Bff = new("bff", "bff-secret-Lw8Kz3Qv7Tn5Yb1Rd9XhJf5pQ2", "", ["openid", "offline_access"]);
    public static readonly Party Stranger = new("nobody", "no-secret", "https://nobody.example.test/cb", ["openid"]);
}
