// Lives on /v1 alone, through types that were generated from /v1/openapi.json: what the document has wrong does not compile here, or fails.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./schema.js";

type Tokens = components["schemas"]["Tokens"];

const setting = (name: string): string => {
  const value = process.env[name];
  assert(value, `${name} is not set`);
  return value;
};

const server = setting("SERVER");
const client = createClient<paths>({ baseUrl: server });
const bearer = (tokens: Tokens) => ({ Authorization: `Bearer ${tokens.access_token}` });

// The status of every answer in turn; the test compares them.
const say = (what: string, response: Response): void => console.log(`${what} ${response.status}`);

const person = { email: `generated-${crypto.randomUUID()}@example.test`, password: "Quiet-River-31-Lamp" };

const registered = await client.POST("/v1/auth/register", {
  params: { header: { "Idempotency-Key": crypto.randomUUID() } },
  body: { ...person, first_name: "Gena", last_name: null },
});
say("register", registered.response);
// 201 and 202 have different bodies, and the types say so.
assert(registered.data && "id" in registered.data);
const id: string = registered.data.id;

const refused = await client.POST("/v1/auth/login", { body: { ...person, password: "wrong" } });
say("login-refused", refused.response);
assert(refused.error);
const reason: string = refused.error.detail;
assert.equal(refused.error.status, 401);
assert(reason.length > 0 && refused.error.errors === undefined);

const login = await client.POST("/v1/auth/login", { body: { ...person, scope: "account:read account:write" } });
say("login", login.response);
assert(login.data);
const kind: "Bearer" = login.data.token_type;
assert.equal(kind, "Bearer");
assert.equal(login.data.expires_in, 900);
assert(login.data.refresh_token);

const refreshed = await client.POST("/v1/auth/refresh", { body: { refresh_token: login.data.refresh_token } });
say("refresh", refreshed.response);
assert(refreshed.data?.refresh_token && refreshed.data.refresh_token !== login.data.refresh_token);
const tokens: Tokens = refreshed.data;

const admin = await client.POST("/v1/auth/login", { body: { email: setting("ADMIN_EMAIL"), password: setting("ADMIN_PASSWORD"), scope: "users:read users:write" } });
say("admin-login", admin.response);
assert(admin.data);

const list = await client.GET("/v1/users", { headers: bearer(admin.data), params: { query: { email: person.email, limit: 10 } } });
say("list", list.response);
assert.deepEqual(list.data?.users.map((user) => user.id), [id]);

const read = await client.GET("/v1/users/{id}", { headers: bearer(tokens), params: { path: { id: "me" } } });
say("read", read.response);
const etag = read.response.headers.get("ETag");
assert(read.data && etag);
const [names, roles]: [(string | null)[], string[]] = [[read.data.first_name, read.data.last_name], read.data.roles];
assert.deepEqual([names, roles], [["Gena", null], []]);

const known = await client.GET("/v1/users/{id}", { headers: bearer(tokens), params: { path: { id: "me" }, header: { "If-None-Match": etag } } });
say("read-again", known.response);

const change = { email: person.email, first_name: "Gina", last_name: "Gray" };
const updated = await client.PUT("/v1/users/{id}", {
  headers: bearer(tokens), params: { path: { id }, header: { "If-Match": etag } }, body: change,
});
say("update", updated.response);
assert.equal(updated.data?.last_name, "Gray");

const stale = await client.PUT("/v1/users/{id}", {
  headers: bearer(tokens), params: { path: { id }, header: { "If-Match": etag } }, body: change,
});
say("update-stale", stale.response);
assert.equal(stale.error?.type, "urn:authplatform:problem:precondition-failed");

// @ts-expect-error a change without the version it is based on does not compile
const blind = await client.PUT("/v1/users/{id}", { headers: bearer(tokens), params: { path: { id } }, body: change });
say("update-blind", blind.response);

// @ts-expect-error nor does a member that the server would refuse
const odd: components["schemas"]["NewUser"] = { email: person.email, admin: true };
const unknown = await client.POST("/v1/users", { headers: bearer(admin.data), body: odd });
say("create-unknown", unknown.response);
assert.deepEqual(unknown.error?.errors, { admin: ["is not a member of this request."] });

const deleted = await client.DELETE("/v1/users/{id}", { headers: bearer(admin.data), params: { path: { id } } });
say("delete", deleted.response);

// A session can be named by the token in the header alone: a logout needs no body.
const logout = await client.POST("/v1/auth/logout", { headers: bearer(admin.data) });
say("logout", logout.response);

const after = await client.GET("/v1/users", { headers: bearer(admin.data) });
say("list-after-logout", after.response);
assert(after.response.headers.get("WWW-Authenticate")?.startsWith("Bearer"));
