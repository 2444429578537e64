// A contender: npm oidc-provider with the same clients as the others. PORT, CLIENTS (JSON), REDIS_PORT (optional).
import { generateKeyPairSync, randomBytes } from 'node:crypto'
import Redis from 'ioredis'
import { Provider } from 'oidc-provider'
import { MemoryAdapter, redisAdapter } from './adapters.mjs'

const port = Number(process.env.PORT)
const clients = JSON.parse(process.env.CLIENTS)
const api = process.env.API_AUDIENCE
const issuer = `http://127.0.0.1:${port}`

const jwk = (type, options, extra) => ({ ...generateKeyPairSync(type, options).privateKey.export({ format: 'jwk' }), use: 'sig', ...extra })

const provider = new Provider(issuer, {
  adapter: process.env.REDIS_PORT ? redisAdapter(new Redis(Number(process.env.REDIS_PORT), '127.0.0.1')) : MemoryAdapter,
  clients,
  clientAuthMethods: ['client_secret_post', 'client_secret_basic', 'none'],
  jwks: { keys: [jwk('ec', { namedCurve: 'P-256' }, { alg: 'ES256' }), jwk('rsa', { modulusLength: 2048 }, { alg: 'RS256' })] },
  cookies: { keys: [randomBytes(32).toString('hex')] },
  scopes: ['openid', 'offline_access', 'notes:read'],
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
  pkce: { required: () => true },
  rotateRefreshToken: true,
  issueRefreshToken: async (ctx, client) => client.grantTypeAllowed('refresh_token'),
  ttl: { AccessToken: 900, ClientCredentials: 900, IdToken: 900, RefreshToken: 30 * 86400, Grant: 30 * 86400, Session: 7 * 86400, Interaction: 600 },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, email_verified: true, given_name: 'Load', family_name: 'Person' }),
  }),
  async loadExistingGrant(ctx) {
    const { session, client, provider: owner } = ctx.oidc
    const known = session.grantIdFor(client.clientId)
    const found = known && await owner.Grant.find(known)
    if (found) return found
    // None yet, or a revocation has taken it. The app is trusted, as it is at the others: nobody is asked.
    const grant = new owner.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid profile email offline_access notes:read')
    grant.addResourceScope(api, 'notes:read')
    await grant.save()
    return grant
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
    revocation: { enabled: true },
    resourceIndicators: {
      enabled: true,
      // JWT access tokens for machines; people's are opaque, its default, and the only ones that it can introspect.
      defaultResource: (ctx, client) => client.grantTypes.includes('client_credentials') ? api : undefined,
      getResourceServerInfo: () => ({ scope: 'notes:read', audience: api, accessTokenTTL: 900, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'ES256' } } }),
    },
  },
})

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  // No password is asked for: it has none.
  const { uid } = await provider.interactionDetails(ctx.req, ctx.res)
  await provider.interactionFinished(ctx.req, ctx.res, { login: { accountId: `person-${uid}` } }, { mergeWithLastSubmission: false })
  ctx.respond = false
})

provider.listen(port, '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
