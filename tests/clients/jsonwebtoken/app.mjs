// An API that checks access tokens with jsonwebtoken and jwks-rsa, and a web app that calls it for the person.
import express from 'express'
import expressOpenidConnect from 'express-openid-connect'
import jwt from 'jsonwebtoken'
import jwksClient from 'jwks-rsa'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, APP, PORT } = process.env
const audience = 'https://api.example.test'

const app = express()

// The API.
const { jwks_uri: jwksUri } = await (await fetch(`${ISSUER}/.well-known/openid-configuration`)).json()
const keys = jwksClient({ jwksUri })
const getKey = (header, callback) => keys.getSigningKey(header.kid, (error, key) => callback(error, key?.getPublicKey()))

app.get('/api', (req, res) => {
  const token = req.get('Authorization')?.replace('Bearer ', '')
  jwt.verify(token, getKey, { issuer: ISSUER, audience, algorithms: ['RS256', 'ES256'] }, (error, claims) => {
    if (error) return res.status(401).json({ error: error.message })
    res.json({ sub: claims.sub, scope: claims.scope })
  })
})

// The web app. audience is how APIs are asked for at Auth0.
app.use(expressOpenidConnect.auth({
  issuerBaseURL: ISSUER,
  baseURL: APP,
  clientID: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  secret: 'a long random value, only for this test',
  authorizationParams: { response_type: 'code', audience, scope: 'openid profile email jsonwebtoken:read' },
}))

app.get('/', async (req, res) => {
  const { token_type, access_token } = req.oidc.accessToken
  const answer = await fetch(`${APP}/api`, { headers: { Authorization: `${token_type} ${access_token}` } })
  const { sub, scope, error } = await answer.json()
  if (sub !== req.oidc.user.sub) return res.status(500).send(`The API says ${answer.status} ${error ?? sub}`)
  res.send(`Hello ${req.oidc.user.name}, the API knows ${sub} with ${scope}`)
})

app.listen(PORT)
