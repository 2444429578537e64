// A web app on express-openid-connect, the Express SDK of Auth0. The name comes from the ID token. Over https: the answer is a form that the
// server's page posts, and browsers send no cookie with it that is not for https.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import express from 'express'
import { auth } from 'express-openid-connect'
import session from 'express-session'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT, SERVER_CERTIFICATE, SERVER_KEY } = process.env

const app = express()
app.use(auth({
  issuerBaseURL: ISSUER,
  baseURL: APP,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  secret: 'a long random value, only for this test',
  idpLogout: true,
  // A sign-out at the server ends the session here too, by the back channel; for that, sessions are not in the cookie alone.
  session: { store: new session.MemoryStore() },
  backchannelLogout: true,
  // Its default is an ID token from the authorization endpoint, which OAuth 2.1 leaves behind.
  authorizationParams: { response_type: 'code', response_mode: 'form_post' },
}))

app.get('/', (req, res) => res.send(`Hello ${req.oidc.user.name} (${req.oidc.user.email})`))

createServer({ cert: readFileSync(SERVER_CERTIFICATE), key: readFileSync(SERVER_KEY) }, app).listen(PORT)
