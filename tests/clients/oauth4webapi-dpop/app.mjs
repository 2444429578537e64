// The same library with a key: a pushed request with a proof, bound tokens, a refresh, and signed userinfo with a pairwise subject.
import express from 'express'
import session from 'express-session'
import * as oauth from 'oauth4webapi'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const issuer = new URL(ISSUER)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
const client = { client_id: CLIENT_ID, userinfo_signed_response_alg: 'ES256' }
const clientAuth = oauth.ClientSecretBasic(CLIENT_SECRET)
const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))

// A server may ask for a nonce first (RFC 9449 section 8); the library keeps it, and the request is sent again.
async function withNonce(send, read) {
  try {
    return await read(await send())
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return await read(await send())
  }
}

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', async (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  req.session.attempt = { code_verifier, state, nonce }

  const parameters = {
    redirect_uri,
    response_type: 'code',
    scope: 'openid profile email offline_access',
    code_challenge: await oauth.calculatePKCECodeChallenge(code_verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }
  const { request_uri } = await withNonce(
    () => oauth.pushedAuthorizationRequest(as, client, clientAuth, parameters, { DPoP }),
    (answer) => oauth.processPushedAuthorizationResponse(as, client, answer))

  const url = new URL(as.authorization_endpoint)
  url.searchParams.set('client_id', client.client_id)
  url.searchParams.set('request_uri', request_uri)
  res.redirect(url.href)
})

app.get('/callback', async (req, res) => {
  const { code_verifier, state, nonce } = req.session.attempt
  const params = oauth.validateAuthResponse(as, client, new URL(req.originalUrl, APP), state)

  const tokens = await withNonce(
    () => oauth.authorizationCodeGrantRequest(as, client, clientAuth, params, redirect_uri, code_verifier, { DPoP }),
    (answer) => oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true }))
  const refreshed = await withNonce(
    () => oauth.refreshTokenGrantRequest(as, client, clientAuth, tokens.refresh_token, { DPoP }),
    (answer) => oauth.processRefreshTokenResponse(as, client, answer))
  if (refreshed.token_type !== 'dpop') throw new Error(`The token is of the type ${refreshed.token_type}`)

  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  req.session.user = await withNonce(
    () => oauth.userInfoRequest(as, client, refreshed.access_token, { DPoP }),
    async (answer) => {
      const user = await oauth.processUserInfoResponse(as, client, sub, answer)
      await oauth.validateApplicationLevelSignature(as, answer)
      return user
    })
  res.redirect('/')
})

app.listen(PORT)
