// Only adds to pages that work without it: show password, live password rules, copy, no double submit, no broken logo.

for (const box of document.querySelectorAll(".reveal")) {
  const input = box.querySelector("input");
  const { show, hide, showLabel, hideLabel } = box.dataset;
  const button = document.createElement("button");
  const set = (visible) => {
    input.type = visible ? "text" : "password";
    button.textContent = visible ? hide : show;
    button.setAttribute("aria-label", visible ? hideLabel : showLabel);
  };
  button.type = "button";
  button.className = "peek";
  button.setAttribute("aria-controls", input.id);
  button.addEventListener("click", () => {
    const { selectionStart: start, selectionEnd: end } = input;
    set(input.type === "password");
    input.focus();
    input.setSelectionRange(start, end);
  });
  // Back to a password before it leaves, or the browser would remember it as ordinary text.
  input.form?.addEventListener("submit", () => set(false));
  set(false);
  box.classList.add("can-peek");
  box.append(button);
}

const rules = document.getElementById("password-rules");
if (rules) {
  const input = document.querySelector("[aria-describedby~=password-rules]");
  const items = [...rules.querySelectorAll("[data-rule]")];
  // The same counts as the server: code points after NFC, letters and digits of every script.
  const met = {
    length: (text, least) => [...text].length >= least,
    upper: (text) => /\p{Lu}/u.test(text),
    lower: (text) => /\p{Ll}/u.test(text),
    digit: (text) => /\p{Nd}/u.test(text),
    other: (text) => /[^\p{Lu}\p{Ll}\p{Nd}]/u.test(text),
  };
  const status = document.createElement("p");
  status.className = "unseen";
  status.setAttribute("role", "status");
  rules.append(status);
  let wait;
  // Only the server knows the words that make a password easy to guess; it judges here as it does when the form is sent.
  const guess = items.find((item) => item.dataset.rule === "guess");
  const why = guess.appendChild(document.createElement("span"));
  const judge = async (text) => {
    try {
      const answer = await fetch(rules.dataset.check, { method: "POST", body: new URLSearchParams(new FormData(input.form)) });
      const reason = answer.status === 200 ? await answer.text() : "";
      if (input.value !== text) return "";
      guess.classList.toggle("met", answer.status === 204);
      guess.classList.toggle("missing", reason !== "");
      why.textContent = reason && ` (${reason})`;
      return reason;
    } catch {
      return "";
    }
  };
  const check = () => {
    const text = input.value.normalize("NFC");
    let done = 0;
    for (const item of items) {
      const passes = item !== guess && met[item.dataset.rule](text, Number(item.dataset.least));
      item.classList.toggle("met", passes);
      item.classList.remove("missing");
      item.querySelector(".unseen")?.remove();
      if (passes) done++;
    }
    why.textContent = "";
    // Asked and spoken after a pause, not at each key.
    clearTimeout(wait);
    wait = setTimeout(async () => {
      const reason = done === items.length - 1 ? await judge(input.value) : "";
      if (guess.classList.contains("met")) done++;
      status.textContent = reason || rules.dataset.summary.replace("{0}", done).replace("{1}", items.length);
    }, 900);
  };
  // What the server refused was another password; the list speaks of the one that is typed now.
  const forget = () => {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", rules.id);
    document.getElementById("password-error")?.remove();
  };
  input.addEventListener("input", forget, { once: true });
  input.addEventListener("input", check);
  if (input.value) check();
}

// A logo that cannot be loaded makes room for the letter below it, also in WebKit, where a broken image has no ::after.
for (const logo of document.querySelectorAll(".tile img")) logo.decode().catch(() => logo.remove());

for (const value of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  const text = value.textContent;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = value.dataset.copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = value.dataset.copied;
    setTimeout(() => (button.textContent = value.dataset.copy), 2000);
  });
  value.append(button);
}

for (const form of document.forms) {
  let sent;
  form.addEventListener("submit", (event) => {
    if (sent) return event.preventDefault();
    sent = setTimeout(release, 8000);
    form.setAttribute("aria-busy", "true");
  });
  const release = () => {
    clearTimeout(sent);
    sent = undefined;
    form.removeAttribute("aria-busy");
  };
  // A page that comes back from the browser's history is usable again.
  addEventListener("pageshow", release);
}
