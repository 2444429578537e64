// A web app on openid-client 6 whose ID tokens, userinfo and authorization responses are encrypted to its key, and which reads roles.
import { readFile } from 'node:fs/promises'
import { webcrypto } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const jwk = JSON.parse(await readFile(new URL('key.json', import.meta.url)))
const key = {
  key: await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']),
  kid: jwk.kid,
  alg: 'ECDH-ES+A256KW',
}

const metadata = { authorization_signed_response_alg: 'ES256', userinfo_signed_response_alg: 'ES256' }
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, metadata, client.None())
client.enableDecryptingResponses(config, ['A256GCM'], key)
client.useJwtResponseMode(config)

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', async (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  req.session.attempt = { code_verifier, state }
  res.redirect(client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email roles',
    code_challenge: await client.calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
    state,
  }).href)
})

app.get('/callback', async (req, res) => {
  const { code_verifier, state } = req.session.attempt
  const tokens = await client.authorizationCodeGrant(config, new URL(req.originalUrl, APP), {
    pkceCodeVerifier: code_verifier,
    expectedState: state,
    idTokenExpected: true,
  })
  if (tokens.id_token.split('.').length !== 5) throw new Error('the ID token is not encrypted')
  const user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  if (!Array.isArray(user.roles) || !Array.isArray(tokens.claims().roles)) throw new Error('there are no roles')
  req.session.user = user
  res.redirect('/')
})

app.listen(PORT)
