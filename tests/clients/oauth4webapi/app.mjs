// A confidential web app on oauth4webapi, which checks each answer by the letter of the specifications.
import express from 'express'
import session from 'express-session'
import * as oauth from 'oauth4webapi'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const issuer = new URL(ISSUER)
const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
const client = { client_id: CLIENT_ID }
const clientAuth = oauth.ClientSecretBasic(CLIENT_SECRET)

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', async (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  req.session.attempt = { code_verifier, state, nonce }

  const url = new URL(as.authorization_endpoint)
  url.searchParams.set('client_id', client.client_id)
  url.searchParams.set('redirect_uri', redirect_uri)
  url.searchParams.set('response_type', 'code')
  url.searchParams.set('scope', 'openid profile email')
  url.searchParams.set('code_challenge', await oauth.calculatePKCECodeChallenge(code_verifier))
  url.searchParams.set('code_challenge_method', 'S256')
  url.searchParams.set('state', state)
  url.searchParams.set('nonce', nonce)
  res.redirect(url.href)
})

app.get('/callback', async (req, res) => {
  const { code_verifier, state, nonce } = req.session.attempt
  const params = oauth.validateAuthResponse(as, client, new URL(req.originalUrl, APP), state)

  const answer = await oauth.authorizationCodeGrantRequest(as, client, clientAuth, params, redirect_uri, code_verifier)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true })
  // By default the signature is not asked for, because the token came over TLS.
  await oauth.validateApplicationLevelSignature(as, answer)

  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  const userInfo = await oauth.userInfoRequest(as, client, tokens.access_token)
  req.session.user = await oauth.processUserInfoResponse(as, client, sub, userInfo)
  res.redirect('/')
})

app.listen(PORT)
