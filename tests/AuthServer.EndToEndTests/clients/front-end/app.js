// An app of the operator as docs/clients.md describes it: the access token in memory, the refresh token in a cookie it cannot read.
const server = await (await fetch("/server.txt")).text();
const show = (id, text) => { document.getElementById(id).textContent = text; };
let accessToken = null;

const call = (path, body) => fetch(`${server}/v1/auth/${path}`, {
  method: "POST",
  credentials: "include",
  headers: { "Content-Type": "application/json", "X-CSRF": "1" },
  body: JSON.stringify(body),
});

async function take(answer) {
  const body = answer.status === 204 ? {} : await answer.json();
  accessToken = body.access_token ?? null;
  const more = Object.keys(body).filter((name) => name.endsWith("_token") && name !== "access_token");
  show("state", accessToken ? `logged in ${more.join(" ")}`.trim() : `logged out ${answer.status}`);
}

document.getElementById("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const { email, password } = Object.fromEntries(new FormData(event.target));
  await take(await call("login", { email, password, refresh_cookie: true }));
});
document.getElementById("refresh").addEventListener("click", async () => take(await call("refresh", {})));
document.getElementById("logout").addEventListener("click", async () => take(await call("logout", {})));
document.getElementById("who").addEventListener("click", async () => {
  const answer = await fetch(`${server}/v1/users/me`, { headers: { Authorization: `Bearer ${accessToken}` } });
  show("person", answer.ok ? (await answer.json()).email : `${answer.status}`);
});

await take(await call("refresh", {}));
