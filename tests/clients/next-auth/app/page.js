import { getServerSession } from 'next-auth'

export default async function Page() {
  const session = await getServerSession({ secret: 'a long random value, only for this test' })
  return <p>{session ? `Hello ${session.user.name} (${session.user.email})` : 'Signed out'}</p>
}
