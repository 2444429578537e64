// A web app on Auth.js (@auth/express). The name comes from the ID token.
import express from 'express'
import { ExpressAuth, getSession } from '@auth/express'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env

const config = {
  secret: 'a long random value, only for this test',
  trustHost: true,
  providers: [{
    id: 'authplatform',
    name: 'AuthPlatform',
    type: 'oidc',
    issuer: ISSUER,
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
  }],
}

const app = express()
app.use('/auth/*', ExpressAuth(config))

app.get('/', async (req, res) => {
  const session = await getSession(req, config)
  res.send(session ? `Hello ${session.user.name} (${session.user.email})` : 'Signed out')
})

app.listen(PORT)
