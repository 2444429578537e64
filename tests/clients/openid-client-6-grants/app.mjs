// openid-client 6 where the person is not at its screen: device authorization, then an exchange of the token, then CIBA. Its page is
// what it knows.
import { createServer } from 'node:http'
import * as client from 'openid-client'

const { ISSUER, CLIENT_ID, CLIENT_SECRET, PORT } = process.env
const state = {}
createServer((_, res) => res.end(JSON.stringify(state))).listen(PORT)

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
    scope: 'openid', login_hint: 'olive@example.test', binding_message: 'Order 4711',
  })
  state.asked = true
  const answered = await client.pollBackchannelAuthenticationGrant(config, asked)
  state.same = answered.claims().sub === tokens.claims().sub
} catch (error) {
  state.error = `${error.code ?? ''} ${error.error ?? ''} ${error.error_description ?? error.message}`
}
