namespace AuthServer.IntegrationTests.Attacks.Malformed;

/// <summary>A right request to every endpoint, to be made wrong.</summary>
internal static class Targets
{
    private const string WebSecret = "web-secret-3kq9vX7nTzLw2RbY8mHdJf5pQ2", Callback = "https%3A%2F%2Fspa.example.test%2Fcallback";
    private const string WebBasic = "Basic d2ViOndlYi1zZWNyZXQtM2txOXZYN25UekxXMlJiWThtSGQ=";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    private static readonly (string, string)[] Authorization =
    [
        ("client_id", "spa"), ("response_type", "code"), ("redirect_uri", Callback), ("scope", "openid%20profile"), ("state", "s"),
            ("nonce", "n"),
        ("code_challenge", Challenge), ("code_challenge_method", "S256"), ("prompt", "login"), ("max_age", "10"),
            ("login_hint", "toy%40example.test"), ("ui_locales", "en"), ("claims", "%7B%7D"),
                ("resource", "https%3A%2F%2Fapi.example.test"), ("response_mode", "query"), ("acr_values", "x"),
    ];

    /// <summary>The weight of those that hash a password is small: each costs as much as a hundred others.</summary>
    public static IReadOnlyList<(int Weight, Func<Wire> Make)> All(Dice dice, Scene scene, int step) =>
    [
        (
            8, () =>
                Wire.Get("/connect/authorize", [.. Authorization]).With("Cookie", dice.Of(scene.SessionCookies, scene.FormCookies))
                    .With("Accept", "text/html")),
        (3, () => Wire.Post("/connect/authorize", [.. Authorization])),
        (
            4, () =>
                Wire.Post(
                    "/connect/token", ("grant_type", "client_credentials"), ("scope", "notes%3Aread"), ("client_id", "machine"),
                        ("client_secret", "machine-secret-9fPq4WcJ6sVgN1tX5aKe"))),
        (
            4, () =>
                Wire.Post(
                    "/connect/token", ("grant_type", "authorization_code"), ("code", dice.Word(43)), ("redirect_uri", Callback),
                        ("code_verifier", dice.Word(43)), ("client_id", "spa"))),
        (
            4, () =>
                Wire.Post(
                    "/connect/token", ("grant_type", "refresh_token"), ("refresh_token", scene.WornToken), ("client_id", "spa"),
                        ("scope", "openid"))),
        (
            2, () =>
                Wire.Post(
                    "/connect/token", ("grant_type", "client_credentials"),
                        ("client_assertion_type", "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"),
                            ("client_assertion", "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ3ZWIiLCJpc3MiOiJ3ZWIifQ.AAAA"))),
        (
            5, () =>
                Wire.Post("/connect/introspect", ("token", scene.ToyTokens.AccessToken), ("token_type_hint", "access_token"))
                    .With("Authorization", WebBasic)),
        (
            2, () =>
                Wire.Post(
                    "/connect/introspect", ("token", dice.Of(scene.ToyTokens.RefreshToken, "x")), ("client_id", "web"),
                        ("client_secret", WebSecret))),
        (3, () => Wire.Post("/connect/revoke", ("token", dice.Word(90)), ("token_type_hint", "refresh_token"), ("client_id", "spa"))),
        (4, () => Wire.Get("/connect/userinfo").With("Authorization", "Bearer " + scene.ToyTokens.AccessToken)),
        (2, () => Wire.Post("/connect/userinfo", ("access_token", scene.ToyTokens.AccessToken))),
        (
            4, () =>
                Wire.Get(
                    "/connect/endsession", ("id_token_hint", scene.ToyTokens.Text("id_token")!),
                        ("post_logout_redirect_uri", "https%3A%2F%2Fspa.example.test%2F"), ("state", "s"), ("client_id", "spa"))),
        (2, () => Wire.Post("/connect/endsession", ("id_token_hint", scene.ToyTokens.Text("id_token")!), ("client_id", "spa"))),
        (3, () => Wire.Get(dice.Of("/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks"))),
        (
            2, () =>
                Wire.Send(
                    "POST", dice.Of("/v1/auth/login", "/auth/login"), ("email", "\"toy@example.test\""),
                        ("password", $"\"{Scene.ToyPassword}\""), ("client_id", "\"authplatform-first-party\""),
                            ("refresh_cookie", "false"))),
        (
            4, () =>
                Wire.Send(
                    "POST", "/v1/auth/refresh", ("refresh_token", $"\"{dice.Word(76)}\""), ("client_id", "\"spa\""),
                        ("scope", "\"openid\""))),
        (
            2, () =>
                new Wire("POST", dice.Of("/v1/auth/refresh", "/v1/auth/logout")).With("Cookie", $"authplatform-refresh={dice.Word(76)}")
                    .With("X-CSRF", "1").With("Origin", "http://localhost:3000")),
        (3, () => Wire.Send("POST", "/v1/auth/logout", ("refresh_token", $"\"{dice.Word(76)}\""), ("client_id", "\"spa\""))),
        (1, () => new Wire("POST", "/v1/auth/logout").With("Authorization", "Bearer x.y.z")),
        (
            2, () =>
                Wire.Send(
                    "POST", "/v1/auth/register", ("email", $"\"made{step}@example.test\""), ("password", $"\"{Scene.ToyPassword}\""),
                        ("first_name", "\"Made\""), ("last_name", "\"Up\"")).With("Idempotency-Key", $"\"r{step}\"")),
        (
            4, () =>
                Wire.Get(
                    "/v1/users", ("limit", "2"), ("email", "toy"), ("created_after", "2020-01-01T00%3A00%3A00Z"),
                        ("created_before", "2090-01-01T00%3A00%3A00Z")).With("Authorization", "Bearer " + scene.AdminToken)),
        (2, () => Wire.Get("/v1/users", ("cursor", dice.Word(23))).With("Authorization", "Bearer " + scene.AdminToken)),
        (
            3, () =>
                Wire.Get($"/v1/users/{dice.Of(dice.Of(scene.Toys), "me", "x", "00000000-0000-0000-0000-00000000000g")}")
                    .With("Authorization", "Bearer " + dice.Of(scene.AdminToken, scene.ToyTokens.AccessToken))),
        (
            4, () =>
                Wire.Send(
                    "POST", "/v1/users", ("email", $"\"made{step}@example.test\""), ("first_name", "\"Made\""), ("last_name", "\"Up\""),
                        ("email_verified", "true"), ("disabled", "false"), ("roles", "[]")).With(
                            "Authorization", "Bearer " + scene.AdminToken).With("Idempotency-Key", $"\"u{step}\"")),
        (
            5, () =>
                Wire.Send(
                    dice.Of("PUT", "PATCH"), $"/v1/users/{dice.Of(scene.Toys)}", ("email", $"\"changed{step}@example.test\""),
                        ("first_name", "\"Changed\""), ("last_name", "null"), ("disabled", "false"), ("email_verified", "false"),
                        ("roles", "[]")).With(
                            "Authorization", "Bearer " + scene.AdminToken).With("If-Match", "*")),
        (
            2, () =>
                new Wire("DELETE", $"/v1/users/{dice.Of(scene.Toys)}").With("Authorization", "Bearer " + scene.AdminToken)
                    .With("If-Match", dice.Of("\"99\"", "*"))),
        (
            4, () =>
                Wire.Get(
                    dice.Of("/signin", "/signup", "/signout", "/consent"),
                        ("returnUrl", "%2Fconnect%2Fauthorize%3Fclient_id%3Dspa%26login_hint%3Dtoy%2540example.test"),
                            ("prompt", "select_account")).With("Cookie", dice.Of(scene.SessionCookies, scene.FormCookies)).With(
                                "Accept", "text/html")),
        (
            2, () =>
                Posted(
                    scene, "/signin", ("email", "toy%40example.test"), ("password", "Wrong-Kettle-19"), ("keep", "true"),
                        ("returnUrl", "%2F"))),
        (
            3, () =>
                Posted(
                    scene, "/signin", ("email", "toy%40example.test"), ("password", "x"),
                        ("returnUrl", "%2Fconnect%2Fauthorize%3Fclient_id%3Dspa")) with { Headers = [("Accept", "text/html"),
                            ("Cookie", "authplatform-form=x")] }),
        (
            1, () =>
                Posted(
                    scene, "/signup", ("email", $"hosted{step}%40example.test"), ("password", Scene.ToyPassword), ("first_name", "A"),
                        ("last_name", "B"), ("returnUrl", "%2F"))),
        (
            2, () =>
                Wire.Post(
                    "/consent", ("decision", "allow"), ("returnUrl", "%2Fconnect%2Fauthorize%3Fclient_id%3Dspa"),
                        ("__RequestVerificationToken", scene.SessionFormToken)).With("Cookie", scene.SessionCookies).With(
                            "Accept", "text/html")),
        (
            2, () =>
                Wire.Post("/signout", ("request", "%2Fconnect%2Fendsession%3Fclient_id%3Dspa"), ("__RequestVerificationToken", "x"))
                    .With("Cookie", scene.SessionCookies).With("Accept", "text/html")),
        (
            3, () =>
                Wire.Get(
                    dice.Of(
                        "/", "/signed-out", "/health/live", "/health/ready", "/v1/openapi.json", "/v1/docs", "/assets/app.css", "/nothing",
                        "/v1", "/v1/nothing", "/connect", "/auth/nothing"))),
    ];

    private static Wire Posted(Scene scene, string path, params (string, string)[] fields) =>
        Wire.Post(path, [.. fields, ("__RequestVerificationToken", Uri.EscapeDataString(scene.FormToken))])
            .With("Cookie", scene.FormCookies).With("Accept", "text/html");
}
