import NextAuth from 'next-auth'

const handler = NextAuth({
  secret: 'a long random value, only for this test',
  // Nothing here tells of the endpoints: next-auth reads the discovery document. The name comes from the ID token.
  providers: [{
    id: 'authplatform',
    name: 'AuthPlatform',
    type: 'oauth',
    wellKnown: `${process.env.ISSUER}/.well-known/openid-configuration`,
    authorization: { params: { scope: 'openid email profile' } },
    idToken: true,
    checks: ['pkce', 'state'],
    clientId: process.env.CLIENT_ID,
    clientSecret: process.env.CLIENT_SECRET,
    profile: ({ sub, name, email }) => ({ id: sub, name, email }),
  }],
})

export { handler as GET, handler as POST }
