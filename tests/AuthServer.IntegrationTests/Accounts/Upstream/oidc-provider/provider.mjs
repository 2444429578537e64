// npm oidc-provider as a provider that people sign in with. PORT, REDIRECT_URI. The person is the one that the header x-person names.
import { randomBytes } from 'node:crypto'
import { Provider } from 'oidc-provider'

const port = Number(process.env.PORT)
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'authplatform',
    client_secret: 'a secret that the provider gave',
    redirect_uris: [process.env.REDIRECT_URI],
  }],
  cookies: { keys: [randomBytes(32).toString('hex')] },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['given_name', 'family_name'] },
  findAccount: (ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.test`, email_verified: true, given_name: 'Nell', family_name: 'Person' }),
  }),
  async loadExistingGrant(ctx) {
    const { session, client, provider: owner } = ctx.oidc
    const grant = new owner.Grant({ clientId: client.clientId, accountId: session.accountId })
    grant.addOIDCScope('openid profile email')
    await grant.save()
    return grant
  },
  interactions: { url: (ctx, interaction) => `/interaction/${interaction.uid}` },
  features: { devInteractions: { enabled: false } },
})

provider.use(async (ctx, next) => {
  if (!ctx.path.startsWith('/interaction/')) return next()
  await provider.interactionDetails(ctx.req, ctx.res)
  const result = ctx.get('x-person') === 'nobody'
    ? { error: 'access_denied', error_description: 'The person has said no.' }
    : { login: { accountId: ctx.get('x-person') } }
  await provider.interactionFinished(ctx.req, ctx.res, result, { mergeWithLastSubmission: false })
  ctx.respond = false
})

provider.listen(port, '127.0.0.1')
