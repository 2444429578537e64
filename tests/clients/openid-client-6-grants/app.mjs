// openid-client 6 where the person is not at its screen: device authorization, then an exchange of the token, then CIBA in ping mode: it
// asks for its tokens once it has been called. Its page is what it knows.
import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env
const state = {}
const notificationToken = randomBytes(32).toString('base64url')
let tell
const called = new Promise(resolve => { tell = resolve })
createServer(async (req, res) => {
  if (req.method !== 'POST') return res.end(JSON.stringify(state))
  const chunks = []
  for await (const chunk of req) chunks.push(chunk)
  if (req.headers.authorization !== `Bearer ${notificationToken}`) return res.writeHead(401).end()
  tell(JSON.parse(Buffer.concat(chunks).toString()).auth_req_id)
  res.writeHead(204).end()
}).listen(PORT)

try {
  const config = await client.discovery(new URL(ISSUER), CLIENT_ID, CLIENT_SECRET)

  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid profile grants:read' })
  state.address = device.verification_uri_complete
  const tokens = await client.pollDeviceAuthorizationGrant(config, device)
  state.name = (await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub)).name

  const exchanged = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
    subject_token: tokens.access_token,
    subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
    resource: 'https://grants.example.test',
  })
  state.exchanged = exchanged.issued_token_type

  const asked = await client.initiateBackchannelAuthentication(config, {
    scope: 'openid', login_hint: 'olive@example.test', binding_message: 'Order 4711', client_notification_token: notificationToken,
  })
  state.asked = true
  if (await called !== asked.auth_req_id) throw new Error('It was called about another request.')
  const answered = await client.pollBackchannelAuthenticationGrant(config, asked)
  state.same = answered.claims().sub === tokens.claims().sub
} catch (error) {
  state.error = `${error.code ?? ''} ${error.error ?? ''} ${error.error_description ?? error.message}`
}
