// Answers an app that asks, from its page around this frame, whether the browser's session is still the one that the app knows
// (OpenID Connect Session Management 1.0 section 3.2).
(function () {
  var name = document.documentElement.getAttribute("data-cookie") + "=";

  function state() {
    var found = document.cookie.split("; ").filter(function (each) { return each.indexOf(name) === 0; })[0];
    return found ? found.slice(name.length) : "";
  }

  // Where the browser keeps the cookie from this frame, "changed" would sign people out who are signed in.
  function mayRead() {
    return document.hasStorageAccess ? document.hasStorageAccess() : Promise.resolve(true);
  }

  function base64Url(bytes) {
    return btoa(String.fromCharCode.apply(null, new Uint8Array(bytes))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function answer(clientId, known, origin) {
    var salt = known.slice(known.lastIndexOf(".") + 1);
    var current = state();
    return mayRead().then(function (may) {
      if (!current) return may ? "changed" : "error";
      var text = new TextEncoder().encode([clientId, origin, current, salt].join(" "));
      return crypto.subtle.digest("SHA-256", text).then(function (hash) {
        return base64Url(hash) + "." + salt === known ? "unchanged" : "changed";
      });
    });
  }

  addEventListener("message", function (event) {
    var source = event.source;
    if (!source || source === window || typeof event.data !== "string") return;
    var space = event.data.lastIndexOf(" ");
    var isWhole = space > 0 && event.data.indexOf(".", space) > space + 1;
    var reply = isWhole ? answer(event.data.slice(0, space), event.data.slice(space + 1), event.origin) : Promise.resolve("error");
    reply.catch(function () { return "error"; }).then(function (text) { source.postMessage(text, event.origin); });
  });
})();
