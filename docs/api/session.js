// A browser app of the operator on /v1, with nothing but fetch. The access token lives in this page's memory; the refresh token
// lives in a cookie that no script can read (cookie mode), so that a script that got into the page cannot take the session away.
//   const session = new Session("https://id.example.com");
//   await session.resume() || await session.login(email, password);
//   const me = await (await session.fetch("/v1/users/me")).json();

/** A refusal: RFC 9457 problem+json. `errors` says what is wrong with each member of a form. */
export class Refusal extends Error {
  constructor({ status, detail, errors = {}, reference }) {
    super(detail);
    Object.assign(this, { status, errors, reference });
  }
}

export class Session {
  #server;
  #accessToken = null;
  #refreshing = null;

  constructor(server) {
    this.#server = server;
  }

  async login(email, password) {
    await this.#takeToken("login", { email, password, refresh_cookie: true, scope: "account:read account:write" });
  }

  /** After a reload: goes on with the session of the cookie. False when there is none. */
  async resume() {
    try {
      await this.#refresh();
      return true;
    } catch (error) {
      if (error instanceof Refusal && error.status === 401) return false;
      throw error;
    }
  }

  /** As fetch, with the access token; one that has expired is renewed on the way. */
  async fetch(path, options = {}) {
    const send = () => {
      const headers = new Headers(options.headers);
      headers.set("Authorization", `Bearer ${this.#accessToken}`);
      return fetch(this.#server + path, { ...options, headers });
    };
    let answer = await send();
    if (answer.status === 401) {
      await this.#refresh();
      answer = await send();
    }
    return checked(answer);
  }

  async logout() {
    await this.#auth("logout", {});
    this.#accessToken = null;
  }

  // One for all who wait. Two tabs at once are no matter: for half a minute the server gives both the same successor.
  #refresh() {
    this.#refreshing ??= this.#takeToken("refresh", {}).finally(() => { this.#refreshing = null; });
    return this.#refreshing;
  }

  async #takeToken(path, body) {
    this.#accessToken = (await (await this.#auth(path, body)).json()).access_token;
  }

  // The cookie goes along (credentials), and X-CSRF shows that a script of an allowed origin asks, and no form of another page.
  async #auth(path, body) {
    return checked(await fetch(`${this.#server}/v1/auth/${path}`, {
      method: "POST",
      credentials: "include",
      headers: { "Content-Type": "application/json", "X-CSRF": "1" },
      body: JSON.stringify(body),
    }));
  }
}

async function checked(answer) {
  if (answer.ok) return answer;
  const problem = answer.headers.get("Content-Type")?.startsWith("application/problem+json") ? await answer.json() : {};
  throw new Refusal({ detail: answer.statusText, ...problem, status: answer.status });
}
