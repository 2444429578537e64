// Serves a single-page app: all of OpenID Connect happens in index.html, in the browser.
import express from 'express'

const { ISSUER, CLIENT_ID, PORT } = process.env

const app = express()
app.get('/settings.json', (req, res) => res.json({ oidcProvider: ISSUER, clientId: CLIENT_ID }))
app.use('/keycloak-js', express.static('node_modules/keycloak-js/lib'))
app.use(express.static('public'))
app.listen(PORT)
