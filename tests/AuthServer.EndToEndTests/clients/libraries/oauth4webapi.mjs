// Each feature by oauth4webapi, which checks every answer by the letter of the specifications.
import assert from 'node:assert/strict'
import * as oauth from 'oauth4webapi'
import { approve, arrive, visit } from './person.mjs'
import { behind, email, fetchWithCertificate, issuer, name, payload, privateKey, redirect_uri, run, secret } from './settings.mjs'

const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer))
const basic = () => oauth.ClientSecretBasic(secret)

async function newRequest(scope = 'openid profile email') {
  const verifier = oauth.generateRandomCodeVerifier()
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()]
  return {
    verifier, state, nonce,
    parameters: {
      response_type: 'code', redirect_uri, scope, state, nonce,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    },
  }
}

function address(client, parameters) {
  const url = new URL(as.authorization_endpoint)
  url.search = new URLSearchParams({ client_id: client.client_id, ...parameters })
  return url
}

async function push(client, authentication, parameters, options) {
  const answer = await oauth.pushedAuthorizationRequest(as, client, authentication, parameters, options)
  const { request_uri } = await oauth.processPushedAuthorizationResponse(as, client, answer)
  return address(client, { request_uri })
}

async function redeem(client, authentication, { verifier, nonce }, parameters, options) {
  const answer = await oauth.authorizationCodeGrantRequest(as, client, authentication, parameters, redirect_uri, verifier, options)
  const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true })
  await oauth.validateApplicationLevelSignature(as, answer)
  return tokens
}

/** From the address of a request to its tokens. */
async function signIn(client, authentication, request, url, options) {
  const parameters = oauth.validateAuthResponse(as, client, await arrive(url), request.state)
  return redeem(client, authentication, request, parameters, options)
}

async function greet(client, tokens, options) {
  const { sub } = oauth.getValidatedIdTokenClaims(tokens)
  const answer = await oauth.userInfoRequest(as, client, tokens.access_token, options)
  assert.equal((await oauth.processUserInfoResponse(as, client, sub, answer)).name, name)
}

await run({
  async code() {
    const client = { client_id: 'web' }
    const request = await newRequest('openid profile email offline_access')
    const tokens = await signIn(client, basic(), request, address(client, request.parameters))
    await greet(client, tokens)
    const answer = await oauth.refreshTokenGrantRequest(as, client, basic(), tokens.refresh_token)
    await greet(client, await oauth.processRefreshTokenResponse(as, client, answer))
  },

  async par() {
    const client = { client_id: 'web' }
    const request = await newRequest()
    await greet(client, await signIn(client, basic(), request, await push(client, basic(), request.parameters)))
  },

  async jar() {
    const [client, key] = [{ client_id: 'signer' }, await privateKey()]
    const request = await newRequest()
    const signed = await oauth.issueRequestObject(as, client, request.parameters, key)
    await greet(client, await signIn(client, oauth.PrivateKeyJwt(key), request, address(client, { request: signed })))
  },

  async jarm() {
    const [client, key] = [{ client_id: 'signer', authorization_signed_response_alg: 'ES256' }, await privateKey()]
    const request = await newRequest()
    const signed = await oauth.issueRequestObject(as, client, { ...request.parameters, response_mode: 'jwt' }, key)
    const answer = await arrive(await push(client, oauth.PrivateKeyJwt(key), { request: signed }))
    const parameters = await oauth.validateJwtAuthResponse(as, client, answer, request.state)
    await greet(client, await redeem(client, oauth.PrivateKeyJwt(key), request, parameters))
  },

  async private_key_jwt() {
    const [client, key] = [{ client_id: 'signer' }, await privateKey()]
    const answer = await oauth.clientCredentialsGrantRequest(as, client, oauth.PrivateKeyJwt(key), { scope: 'behind:read' })
    const tokens = await oauth.processClientCredentialsResponse(as, client, answer)
    assert.equal(payload(tokens.access_token).sub, 'signer')
  },

  async dpop() {
    const client = { client_id: 'prover' }
    const DPoP = oauth.DPoP(client, await oauth.generateKeyPair('ES256'))
    const request = await newRequest('openid profile email offline_access')
    const url = await push(client, basic(), request.parameters, { DPoP })
    const tokens = await signIn(client, basic(), request, url, { DPoP })
    const answer = await oauth.refreshTokenGrantRequest(as, client, basic(), tokens.refresh_token, { DPoP })
    const refreshed = await oauth.processRefreshTokenResponse(as, client, answer)
    assert.equal(refreshed.token_type, 'dpop')
    await greet(client, refreshed, { DPoP })
    await assert.rejects(greet(client, refreshed))
  },

  async device() {
    const client = { client_id: 'elsewhere' }
    const answer = await oauth.deviceAuthorizationRequest(as, client, basic(), { scope: 'openid profile email' })
    const asked = await oauth.processDeviceAuthorizationResponse(as, client, answer)
    assert.match((await visit(asked.verification_uri_complete)).page, /connected/)
    const polled = await oauth.deviceCodeGrantRequest(as, client, basic(), asked.device_code)
    await greet(client, await oauth.processDeviceCodeResponse(as, client, polled))
  },

  async ciba() {
    const client = { client_id: 'elsewhere' }
    const answer = await oauth.backchannelAuthenticationRequest(
      as, client, basic(), { scope: 'openid profile email', login_hint: email, binding_message: 'Order 4711' })
    const asked = await oauth.processBackchannelAuthenticationResponse(as, client, answer)
    await approve()
    const polled = await oauth.backchannelAuthenticationGrantRequest(as, client, basic(), asked.auth_req_id)
    await greet(client, await oauth.processBackchannelAuthenticationGrantResponse(as, client, polled))
  },

  async exchange() {
    const client = { client_id: 'elsewhere' }
    const request = await newRequest('openid behind:read')
    const tokens = await signIn(client, basic(), request, address(client, request.parameters))
    const answer = await oauth.genericTokenEndpointRequest(
      as, client, basic(), 'urn:ietf:params:oauth:grant-type:token-exchange', {
        subject_token: tokens.access_token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        resource: behind,
      })
    const exchanged = await oauth.processGenericTokenEndpointResponse(as, client, answer)
    const { aud, act } = payload(exchanged.access_token)
    assert.deepEqual([aud, act.sub], [behind, 'elsewhere'])
  },

  async mtls() {
    const client = { client_id: 'certified', use_mtls_endpoint_aliases: true }
    const options = { [oauth.customFetch]: fetchWithCertificate() }
    const request = await newRequest()
    const tokens = await signIn(client, oauth.TlsClientAuth(), request, address(client, request.parameters), options)
    assert.ok(payload(tokens.access_token).cnf['x5t#S256'])
    await greet(client, tokens, options)
  },
})
