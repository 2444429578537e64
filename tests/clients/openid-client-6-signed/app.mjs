// A web app on openid-client 6 by FAPI 2.0 Message Signing: a signed request (JAR) that is pushed (PAR), a signed response (JARM), private_key_jwt.
import { readFile } from 'node:fs/promises'
import { webcrypto } from 'node:crypto'
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const jwk = JSON.parse(await readFile(new URL('key.json', import.meta.url)))
const key = {
  key: await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']),
  kid: jwk.kid,
}

const metadata = { authorization_signed_response_alg: 'ES256' }
const config = await client.discovery(new URL(ISSUER), CLIENT_ID, metadata, client.PrivateKeyJwt(key))
client.useJwtResponseMode(config)

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', async (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  req.session.attempt = { code_verifier, state }
  const signed = await client.buildAuthorizationUrlWithJAR(config, {
    redirect_uri,
    scope: 'openid profile email',
    code_challenge: await client.calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
    state,
  }, key)
  res.redirect((await client.buildAuthorizationUrlWithPAR(config, signed.searchParams)).href)
})

app.get('/callback', async (req, res) => {
  const { code_verifier, state } = req.session.attempt
  const tokens = await client.authorizationCodeGrant(config, new URL(req.originalUrl, APP), {
    pkceCodeVerifier: code_verifier,
    expectedState: state,
  })
  req.session.user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  res.redirect('/')
})

app.listen(PORT)
