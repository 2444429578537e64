// Uses or makes a passkey (WebAuthn Level 3), and sends the browser's answer as a form, so that the page goes on as after every other form.

// What the browser should know of passkeys that it keeps (WebAuthn Level 3 section 5.1.10): which were removed here, what the account is
// called now, and which one no account has.
const tell = (signal, facts) => window.PublicKeyCredential?.[signal]?.(facts).catch(() => {});
const list = document.querySelector("[data-passkeys]");
if (list) {
  const { domain: rpId, user: userId, credentials, name, displayName } = list.dataset;
  tell("signalAllAcceptedCredentials", { rpId, userId, allAcceptedCredentialIds: credentials.split(" ").filter(Boolean) });
  tell("signalCurrentUserDetails", { rpId, userId, name, displayName });
}

const unknown = document.querySelector("[data-unknown-passkey]");
if (unknown) tell("signalUnknownCredential", { rpId: unknown.dataset.domain, credentialId: unknown.dataset.unknownPasskey });

// A device that cannot keep a passkey gets no offer of one.
const canKeep = async () => {
  try {
    return await window.PublicKeyCredential?.isUserVerifyingPlatformAuthenticatorAvailable();
  } catch {
    return false;
  }
};
const able = document.querySelector("[data-passkeys-here]");
if (able) canKeep().then((can) => (able.value = can ? "true" : ""));

for (const way of window.PublicKeyCredential ? document.querySelectorAll("[data-needs-passkeys]") : []) way.hidden = false;

const later = document.querySelector("[data-passkey-later]");
if (later && !window.PublicKeyCredential) location.replace(later.dataset.passkeyLater);

for (const form of window.PublicKeyCredential ? document.querySelectorAll("[data-passkey]") : []) {
  const { passkey: act, question, cancelled, timedOut, unsupported, exists } = form.dataset;
  const status = form.querySelector("[role=status]");
  // Before the browser's time is over: a page that lies idle asks for another challenge.
  const renewal = 240_000;
  let abort;
  let timer;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

  // By hand, because parseRequestOptionsFromJSON and toJSON are missing in many browsers, and some password managers break the latter.
  const read = (options, silent) => {
    const withBytes = (list) => list?.map((each) => ({ ...each, id: bytes(each.id) }));
    return {
      ...options,
      challenge: bytes(options.challenge),
      ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
      ...(options.allowCredentials && { allowCredentials: withBytes(options.allowCredentials) }),
      ...(options.excludeCredentials && { excludeCredentials: withBytes(options.excludeCredentials) }),
      // What asks nobody can verify nobody, and browsers refuse to try.
      ...(silent && { authenticatorSelection: { ...options.authenticatorSelection, userVerification: "preferred" } }),
    };
  };
  const write = (credential) => {
    const { type, response, authenticatorAttachment } = credential;
    const id = text(credential.rawId);
    const parts = { clientDataJSON: text(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      const value = response[name] ?? (name === "authenticatorData" ? response.getAuthenticatorData?.() : null);
      if (value) parts[name] = text(value);
    }
    if (response.getTransports) parts.transports = response.getTransports();
    const clientExtensionResults = credential.getClientExtensionResults();
    return JSON.stringify({ id, rawId: id, type, authenticatorAttachment, response: parts, clientExtensionResults });
  };

  const run = async (mediation) => {
    abort?.abort();
    clearTimeout(timer);
    const mine = (abort = new AbortController());
    form.elements.mediation.value = mediation ?? "";
    const answer = await fetch(question, { method: "POST", body: new URLSearchParams(new FormData(form)), signal: mine.signal });
    // The page is out of date, or the sign-in is no longer recent.
    if (!answer.ok || answer.redirected) throw new DOMException("No challenge", "InvalidAccessError");
    const { options, state } = await answer.json();
    const conditional = mediation === "conditional";
    if (conditional && act === "get") timer = setTimeout(renew, renewal);
    const publicKey = read(options, conditional && act === "create");
    const credential = await navigator.credentials[act]({ publicKey, mediation, signal: mine.signal });
    clearTimeout(timer);
    // Another question has been asked meanwhile.
    if (mine.signal.aborted) throw new DOMException("Aborted", "AbortError");
    form.elements.credential.value = write(credential);
    form.elements.state.value = state;
    form.elements.keep.value = document.querySelector("[name=keep]:checked")?.value ?? "";
    form.submit();
  };

  const offer = async () => {
    // In the list of the field for the e-mail address, without a window of its own.
    if (form.dataset.byField === undefined || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
    try {
      await run("conditional");
    } catch (error) {
      // The person goes on otherwise, or the button tells what is wrong. Without a challenge, because the network was away for a moment
      // perhaps, the field offers them again later. A question that has taken the place of this one has a time of its own.
      if (error.name === "AbortError") return;
      clearTimeout(timer);
      timer = setTimeout(renew, error instanceof TypeError ? 10_000 : renewal);
    }
  };
  const renew = () => {
    if (document.hidden) addEventListener("visibilitychange", () => offer(), { once: true });
    else offer();
  };

  // The browser makes one without a question, for a person who has just used a saved password; else the page asks.
  const make = async () => {
    const patience = setTimeout(() => abort?.abort(), 2_000);
    try {
      const can = await PublicKeyCredential.getClientCapabilities?.();
      if (can?.conditionalCreate) return await run("conditional");
    } catch (error) {
      // Made before, or signed in too long ago: nothing to ask.
      if (error.name === "InvalidStateError" || error.name === "InvalidAccessError") return location.replace(later.dataset.passkeyLater);
    } finally {
      clearTimeout(patience);
    }
    document.querySelector("[data-passkey-wait]").hidden = true;
    document.querySelector("[data-passkey-offer]").hidden = false;
  };

  form.hidden = false;
  for (const without of document.querySelectorAll("[data-without-passkeys]")) without.hidden = true;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    status.textContent = "";
    form.setAttribute("aria-busy", "true");
    const begun = Date.now();
    try {
      await run();
    } catch (error) {
      form.removeAttribute("aria-busy");
      if (error.name === "AbortError") return;
      if (error.name === "InvalidAccessError") return location.reload();
      // The specification has one name for "cancelled" and "timed out"; the clock tells them apart.
      status.textContent =
        error.name === "InvalidStateError" ? exists
        : error.name !== "NotAllowedError" ? unsupported
        : Date.now() - begun > 290_000 ? timedOut
        : cancelled;
      offer();
    }
  });
  if (form.dataset.silent === undefined) offer();
  else make();
}
