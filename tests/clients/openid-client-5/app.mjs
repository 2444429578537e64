// A confidential web app on openid-client 5, which many applications still use: code flow with PKCE, then userinfo.
import express from 'express'
import session from 'express-session'
import { generators, Issuer } from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env
const redirect_uri = `${APP}/callback`

const issuer = await Issuer.discover(ISSUER)
const client = new issuer.Client({
  client_id: CLIENT_ID,
  client_secret: CLIENT_SECRET,
  redirect_uris: [redirect_uri],
  response_types: ['code'],
})

const app = express()
app.use(session({ secret: 'only for this test', resave: false, saveUninitialized: false }))

app.get('/', (req, res) => {
  if (req.session.user) return res.send(`Hello ${req.session.user.name} (${req.session.user.email})`)

  const code_verifier = generators.codeVerifier()
  const state = generators.state()
  const nonce = generators.nonce()
  req.session.attempt = { code_verifier, state, nonce }
  res.redirect(client.authorizationUrl({
    scope: 'openid profile email',
    code_challenge: generators.codeChallenge(code_verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
  }))
})

app.get('/callback', async (req, res) => {
  const tokens = await client.callback(redirect_uri, client.callbackParams(req), req.session.attempt)
  req.session.user = await client.userinfo(tokens.access_token)
  res.redirect('/')
})

app.listen(PORT)
