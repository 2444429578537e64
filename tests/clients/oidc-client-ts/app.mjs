// Serves a single-page app: all of OpenID Connect happens in index.html, in the browser. Over https, as the server is: the page watches
// whether the person is still signed in there, and browsers show cookies to frames of the same site alone.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { createServer } from 'node:https'
import express from 'express'

const { ISSUER, CLIENT_ID, PORT, SERVER_CERTIFICATE, SERVER_KEY } = process.env

const app = express()
app.get('/settings.json', (req, res) => res.json({ authority: ISSUER, client_id: CLIENT_ID }))
const library = path.dirname(createRequire(import.meta.url).resolve('oidc-client-ts/package.json'))
app.use('/oidc-client-ts', express.static(path.join(library, 'dist', 'browser')))
app.use(express.static('public'))
createServer({ cert: readFileSync(SERVER_CERTIFICATE), key: readFileSync(SERVER_KEY) }, app).listen(PORT)
