// Serves a single-page app: all of OpenID Connect happens in index.html, in the browser.
import express from 'express'

const { ISSUER, CLIENT_ID, PORT } = process.env

const app = express()
app.get('/settings.json', (req, res) => res.json({ authority: ISSUER, client_id: CLIENT_ID }))
app.use('/oidc-client-ts', express.static('node_modules/oidc-client-ts/dist/browser'))
app.use(express.static('public'))
app.listen(PORT)
