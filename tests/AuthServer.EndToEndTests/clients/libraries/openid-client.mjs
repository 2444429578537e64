// Each feature of openid-client 6 that the server offers, as the library's documentation uses it. What the server answers is checked by the library.
import assert from 'node:assert/strict'
import * as client from 'openid-client'
import { approve, arrive, visit } from './person.mjs'
import { behind, email, fetchWithCertificate, issuer, name, payload, privateKey, redirect_uri, run, secret } from './settings.mjs'

const discover = (id, authentication, metadata = {}, options) =>
  client.discovery(issuer, id, metadata, authentication, { ...options, execute: [client.enableNonRepudiationChecks] })
const web = () => discover('web', client.ClientSecretBasic(secret))
const signer = async metadata => {
  const key = await privateKey()
  return { key, config: await discover('signer', client.PrivateKeyJwt(key), metadata) }
}

async function newRequest(scope = 'openid profile email') {
  const verifier = client.randomPKCECodeVerifier()
  const [state, nonce] = [client.randomState(), client.randomNonce()]
  return {
    checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true },
    parameters: {
      redirect_uri, scope, state, nonce, code_challenge: await client.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    },
  }
}

async function greet(config, tokens, options) {
  const info = await client.fetchUserInfo(config, tokens.access_token, tokens.claims().sub, options)
  assert.equal(info.name, name)
}

await run({
  async code() {
    const config = await web()
    const { parameters, checks } = await newRequest('openid profile email offline_access')
    const tokens = await client.authorizationCodeGrant(config, await arrive(client.buildAuthorizationUrl(config, parameters)), checks)
    await greet(config, tokens)
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token)
    await greet(config, refreshed)
    assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, true)
    await client.tokenRevocation(config, refreshed.refresh_token)
    assert.equal((await client.tokenIntrospection(config, refreshed.access_token)).active, false)
  },

  async par() {
    const config = await web()
    const { parameters, checks } = await newRequest()
    const address = await client.buildAuthorizationUrlWithPAR(config, parameters)
    assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request_uri'])
    await greet(config, await client.authorizationCodeGrant(config, await arrive(address), checks))
  },

  async jar() {
    const { config, key } = await signer()
    const { parameters, checks } = await newRequest()
    const address = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
    await greet(config, await client.authorizationCodeGrant(config, await arrive(address), checks))
  },

  async jarm() {
    const { config, key } = await signer({ authorization_signed_response_alg: 'ES256' })
    client.useJwtResponseMode(config)
    const { parameters, checks } = await newRequest()
    const signed = await client.buildAuthorizationUrlWithJAR(config, parameters, key)
    const answer = await arrive(await client.buildAuthorizationUrlWithPAR(config, signed.searchParams))
    assert.deepEqual([...answer.searchParams.keys()], ['response'])
    await greet(config, await client.authorizationCodeGrant(config, answer, checks))
  },

  async private_key_jwt() {
    const { config } = await signer()
    const tokens = await client.clientCredentialsGrant(config, { scope: 'behind:read' })
    assert.equal(payload(tokens.access_token).sub, 'signer')
  },

  async dpop() {
    const config = await discover('prover', client.ClientSecretBasic(secret))
    const DPoP = client.getDPoPHandle(config, await client.randomDPoPKeyPair('ES256'))
    const { parameters, checks } = await newRequest('openid profile email offline_access')
    const address = await client.buildAuthorizationUrlWithPAR(config, parameters, { DPoP })
    const tokens = await client.authorizationCodeGrant(config, await arrive(address), checks, undefined, { DPoP })
    assert.equal(tokens.token_type, 'dpop')
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token, undefined, { DPoP })
    await greet(config, refreshed, { DPoP })
    // The same token without the key.
    await assert.rejects(greet(config, refreshed))
  },

  async device() {
    const config = await discover('elsewhere', client.ClientSecretBasic(secret))
    const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid profile email' })
    const { page } = await visit(asked.verification_uri_complete)
    assert.match(page, /connected/)
    await greet(config, await client.pollDeviceAuthorizationGrant(config, asked))
  },

  async ciba() {
    const config = await discover('elsewhere', client.ClientSecretBasic(secret))
    const asked = await client.initiateBackchannelAuthentication(
      config, { scope: 'openid profile email', login_hint: email, binding_message: 'Order 4711' })
    await approve()
    await greet(config, await client.pollBackchannelAuthenticationGrant(config, asked))
  },

  async exchange() {
    const config = await discover('elsewhere', client.ClientSecretBasic(secret))
    const { parameters, checks } = await newRequest('openid behind:read')
    const tokens = await client.authorizationCodeGrant(
      config, await arrive(client.buildAuthorizationUrl(config, parameters)), checks)
    const exchanged = await client.genericGrantRequest(config, 'urn:ietf:params:oauth:grant-type:token-exchange', {
      subject_token: tokens.access_token,
      subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      resource: behind,
    })
    const { aud, act, sub } = payload(exchanged.access_token)
    assert.deepEqual([aud, act.sub, sub], [behind, 'elsewhere', tokens.claims().sub])
  },

  async mtls() {
    const config = await discover('certified', client.TlsClientAuth(), { use_mtls_endpoint_aliases: true }, { [client.customFetch]: fetchWithCertificate() })
    const { parameters, checks } = await newRequest()
    const tokens = await client.authorizationCodeGrant(config, await arrive(client.buildAuthorizationUrl(config, parameters)), checks)
    assert.ok(payload(tokens.access_token).cnf['x5t#S256'])
    await greet(config, tokens)
  },
})
