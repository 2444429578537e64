// A confidential web app on openid-client 6: code flow with PKCE, then userinfo.
import express from 'express'
import session from 'express-session'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET)

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', async (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  req.session.attempt = { code_verifier, state }
  res.redirect(client.buildAuthorizationUrl(config, {
    redirect_uri,
    scope: 'openid profile email',
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
  })
  req.session.user = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)
  res.redirect('/')
})

app.listen(PORT)
