// Answers an app that asks, from its page around this frame, whether the browser's session is still the one that the app knows
// (OpenID Connect Session Management 1.0 section 3.2). Plain script of 2009 but for Promise: it runs in frames of browsers of any age.
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

  // FIPS 180-4 section 4.2.2: the first 32 bits of the fractional parts of the cube roots (and of the square roots) of the first primes.
  function rootsOfPrimes(count, power) {
    var found = [];
    for (var n = 2; found.length < count; n++) {
      var isPrime = true;
      for (var d = 2; d * d <= n; d++) if (n % d === 0) isPrime = false;
      var root = Math.pow(n, power);
      if (isPrime) found.push(((root - Math.floor(root)) * 4294967296) | 0);
    }
    return found;
  }

  function rotated(word, by) {
    return (word >>> by) | (word << (32 - by));
  }

  // SHA-256 (FIPS 180-4 section 6.2) of a text in UTF-8: crypto.subtle is not in every browser, and nothing that is hashed here is secret.
  function sha256(text) {
    var k = rootsOfPrimes(64, 1 / 3), hash = rootsOfPrimes(8, 1 / 2);
    var bytes = unescape(encodeURIComponent(text)), words = [], w = [], i, t;
    var blocks = (bytes.length + 9 + 63) >> 6;
    for (i = 0; i < blocks * 16; i++) words[i] = 0;
    for (i = 0; i < bytes.length; i++) words[i >> 2] |= bytes.charCodeAt(i) << (24 - (i & 3) * 8);
    words[bytes.length >> 2] |= 0x80 << (24 - (bytes.length & 3) * 8);
    words[blocks * 16 - 1] = bytes.length * 8;
    for (i = 0; i < words.length; i += 16) {
      var h = hash.slice();
      for (t = 0; t < 64; t++) {
        var before = w[t - 15], last = w[t - 2];
        w[t] = t < 16 ? words[i + t]
          : ((rotated(last, 17) ^ rotated(last, 19) ^ (last >>> 10)) + w[t - 7]
            + (rotated(before, 7) ^ rotated(before, 18) ^ (before >>> 3)) + w[t - 16]) | 0;
        var one = h[7] + (rotated(h[4], 6) ^ rotated(h[4], 11) ^ rotated(h[4], 25)) + ((h[4] & h[5]) ^ (~h[4] & h[6])) + k[t] + w[t];
        var two = (rotated(h[0], 2) ^ rotated(h[0], 13) ^ rotated(h[0], 22)) + ((h[0] & h[1]) ^ (h[0] & h[2]) ^ (h[1] & h[2]));
        h = [(one + two) | 0, h[0], h[1], h[2], (h[3] + one) | 0, h[4], h[5], h[6]];
      }
      for (t = 0; t < 8; t++) hash[t] = (hash[t] + h[t]) | 0;
    }
    return hash;
  }

  function base64Url(words) {
    var bytes = words.map(function (word) {
      return String.fromCharCode(word >>> 24, (word >>> 16) & 255, (word >>> 8) & 255, word & 255);
    }).join("");
    return btoa(bytes).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  function answer(clientId, known, origin) {
    var salt = known.slice(known.lastIndexOf(".") + 1);
    var current = state();
    return mayRead().then(function (may) {
      if (!current) return may ? "changed" : "error";
      return base64Url(sha256([clientId, origin, current, salt].join(" "))) + "." + salt === known ? "unchanged" : "changed";
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
