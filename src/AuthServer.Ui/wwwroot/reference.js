// Draws the reference of the API, and signs its reader in as any app would: by code and PKCE. The access token stays in this page's memory.
(async () => {
  const settings = document.body.dataset;
  const attempts = sessionStorage;
  const kept = "authplatform-reference";

  const base64url = (bytes) => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));
  // Not verified: it came straight from the server (OpenID Connect Core 3.1.3.7, point 6).
  const claims = (jwt) => JSON.parse(new TextDecoder().decode(
    Uint8Array.from(atob(jwt.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0))));

  const show = (state, problem) => {
    for (const part of document.querySelectorAll("[data-when]")) part.hidden = part.dataset.when !== state;
    const notice = document.querySelector(".problem");
    notice.hidden = !problem;
    notice.textContent = problem ? notice.dataset[problem] : "";
  };

  const signIn = async () => {
    const attempt = { verifier: random(), state: random(), place: location.hash };
    attempts.setItem(kept, JSON.stringify(attempt));
    const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(attempt.verifier));
    location.assign(`${settings.authorize}?${new URLSearchParams({
      client_id: settings.client, response_type: "code", redirect_uri: settings.return, scope: settings.scope,
      resource: settings.resource, state: attempt.state,
      code_challenge: base64url(new Uint8Array(digest)), code_challenge_method: "S256",
    })}`);
  };

  // The answer to a request of this window (RFC 9700 section 4.7.1) from this server (RFC 9207); any other is left alone.
  const redeem = async (answer) => {
    const attempt = JSON.parse(attempts.getItem(kept));
    attempts.removeItem(kept);
    history.replaceState(null, "", location.pathname + (attempt?.place ?? ""));
    if (attempt === null || answer.get("state") !== attempt.state || answer.get("iss") !== settings.issuer) return null;
    if (!answer.has("code")) return null;
    const tokens = await fetch(settings.token, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code", client_id: settings.client, redirect_uri: settings.return, code: answer.get("code"),
        code_verifier: attempt.verifier,
      }),
    });
    return tokens.ok ? tokens.json() : null;
  };

  let tokens = null;
  const answer = new URLSearchParams(location.search);
  if (answer.has("state")) {
    try {
      tokens = await redeem(answer);
      if (tokens) document.querySelector("[data-person]").textContent = claims(tokens.id_token).email;
    } catch {
      tokens = null;
    }
    show(tokens ? "in" : "out", tokens ? null : "failed");
  }

  const start = document.querySelector("[data-act=sign-in]");
  start.addEventListener("click", signIn);
  start.disabled = false;
  document.querySelector("[data-act=sign-out]").addEventListener("click", async () => {
    await fetch(settings.logout, { method: "POST", headers: { Authorization: `Bearer ${tokens.access_token}` } }).catch(() => null);
    location.reload();
  });
  if (tokens) setTimeout(() => show("out", "ended"), tokens.expires_in * 1000);

  Scalar.createApiReference("#document", {
    url: settings.document,
    authentication: {
      preferredSecurityScheme: settings.scheme,
      securitySchemes: { [settings.scheme]: { token: tokens?.access_token ?? "" } },
    },
    // The colours are those of reference.css, and follow the system.
    theme: "none",
    hideDarkModeToggle: true,
    // Nothing from elsewhere: no fonts, no proxy, no assistant.
    withDefaultFonts: false,
    telemetry: false,
    hideClientButton: true,
    showDeveloperTools: "never",
    agent: { disabled: true },
  });
})();
