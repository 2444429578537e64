// A web app that signs people in with openid-client. Its pages show what came back, for people and for tests.
import http from 'node:http'
import { randomBytes } from 'node:crypto'
import * as oidc from 'openid-client'

const env = process.env
const port = Number(env.PORT ?? 3000)
const origin = env.ORIGIN ?? `http://localhost:${port}`
const issuer = new URL(env.ISSUER ?? 'http://localhost:5080')
const api = env.API_URL ?? 'http://localhost:5081'
const scope = env.SCOPE ?? 'openid profile email offline_access notes:read notes:write'
const clientId = env.CLIENT_ID ?? 'demo-web'
const redirectUri = `${origin}/callback`

// http is for a server on this machine; the library refuses it otherwise.
const loopback = issuer.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(issuer.hostname)
const options = loopback ? { execute: [oidc.allowInsecureRequests] } : undefined
const authentication = env.CLIENT_SECRET ? oidc.ClientSecretBasic(env.CLIENT_SECRET) : oidc.None()

// Read when first needed, so that the app may start before the server.
let discovered
const config = () => (discovered ??= oidc.discovery(issuer, clientId, undefined, authentication, options)
  .catch(error => { discovered = undefined; throw error }))

const browsers = new Map()

function browserOf(request, response) {
  const id = /(?:^|; )app=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1]
  if (id && browsers.has(id)) return browsers.get(id)
  const fresh = randomBytes(16).toString('base64url')
  response.setHeader('Set-Cookie', `app=${fresh}; Path=/; HttpOnly; SameSite=Lax`)
  const browser = {}
  browsers.set(fresh, browser)
  return browser
}

const escape = text => String(text).replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)
const shown = (id, value) => `<dt>${id}</dt><dd data-testid="${id}">${escape(typeof value === 'string' ? value : JSON.stringify(value))}</dd>`
const button = (path, label) => `<form method="post" action="${path}"><button data-testid="${path.slice(1)}">${label}</button></form>`

function page(browser) {
  const facts = Object.entries(browser.facts ?? {}).map(([id, value]) => shown(id, value)).join('')
  const actions = browser.tokens
    ? [['/userinfo', 'Ask who I am'], ['/refresh', 'Refresh'], ['/notes', 'Write a note'], ['/logout', 'Sign out']].map(([path, label]) => button(path, label)).join('')
    : '<p><a data-testid="login" href="/login">Sign in</a></p><p><a data-testid="signup" href="/login?prompt=create">Create an account</a></p>'
  return `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Notebook</title></head>
<body><h1>Notebook</h1><p data-testid="state">${browser.tokens ? 'signed in' : 'signed out'}</p>${actions}<dl>${facts}</dl></body></html>`
}

// An app has no business in an access token; the tests want to see which key signed it.
const signingKey = token => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid

function keep(browser, tokens) {
  const claims = tokens.claims() ?? browser.facts?.claims
  // A refresh may leave the ID token out; the one of the sign-in stays the hint for signing out.
  browser.tokens = { ...browser.tokens, ...tokens }
  browser.facts = { ...browser.facts, claims, subject: claims.sub, 'granted-scope': tokens.scope ?? scope, 'token-type': tokens.token_type, 'signing-key': signingKey(tokens.access_token) }
}

const routes = {
  'GET /': async () => undefined,

  'GET /login': async (browser, url) => {
    const verifier = oidc.randomPKCECodeVerifier()
    browser.attempt = { verifier, state: oidc.randomState(), nonce: oidc.randomNonce() }
    const parameters = {
      ...Object.fromEntries(url.searchParams),
      redirect_uri: redirectUri,
      scope,
      state: browser.attempt.state,
      nonce: browser.attempt.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }
    return oidc.buildAuthorizationUrl(await config(), parameters).href
  },

  'GET /callback': async (browser, url) => {
    const { verifier, state, nonce } = browser.attempt ?? {}
    delete browser.attempt
    if (!state) throw new Error('No sign-in was begun in this browser.')
    keep(browser, await oidc.authorizationCodeGrant(await config(), url, {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    }))
    return '/'
  },

  'POST /userinfo': async browser => {
    browser.facts.userinfo = await oidc.fetchUserInfo(await config(), browser.tokens.access_token, browser.facts.subject)
    return '/'
  },

  'POST /refresh': async browser => {
    const before = browser.tokens.refresh_token
    keep(browser, await oidc.refreshTokenGrant(await config(), before))
    browser.facts.refreshed = browser.tokens.refresh_token !== before ? 'new refresh token' : 'same refresh token'
    return '/'
  },

  'POST /notes': async browser => {
    const notes = new URL('/v1/notes', api)
    const call = async (method, body) => {
      const answer = await oidc.fetchProtectedResource(await config(), browser.tokens.access_token, notes, method, body,
        new Headers(body ? { 'content-type': 'application/json' } : {}))
      return answer.json()
    }
    browser.facts['note-written'] = (await call('POST', JSON.stringify({ text: 'Milk & bread' }))).text
    browser.facts.notes = (await call('GET')).map(note => note.text)
    return '/'
  },

  'POST /logout': async browser => {
    const hint = browser.tokens.id_token
    browser.tokens = undefined
    browser.facts = {}
    return oidc.buildEndSessionUrl(await config(), { id_token_hint: hint, post_logout_redirect_uri: `${origin}/`, state: 'bye' }).href
  },
}

http.createServer(async (request, response) => {
  const url = new URL(request.url, origin)
  const route = routes[`${request.method} ${url.pathname}`]
  if (!route) return response.writeHead(404).end()
  const browser = browserOf(request, response)
  try {
    if (request.method === 'POST' && !browser.tokens) throw new Error('Nobody is signed in.')
    const next = await route(browser, url)
    if (next) return response.writeHead(303, { Location: next }).end()
  } catch (error) {
    // What the library says and, for an OAuth error, its code.
    browser.facts = { ...browser.facts, error: error.error ?? error.code ?? error.message, 'error-description': error.error_description ?? error.message }
  }
  response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(page(browser))
  if (browser.facts) { delete browser.facts.error; delete browser.facts['error-description'] }
}).listen(port, '127.0.0.1', () => console.log(`Listening on ${origin}`))
