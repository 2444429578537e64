// A person at a browser that draws nothing: it keeps cookies, follows redirects, signs in, allows, and stops where the server has sent it.
const { ISSUER, EMAIL, PASSWORD } = process.env
const issuer = new URL(ISSUER).origin
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const plain = text => text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
  name ? entities[name] ?? whole : String.fromCodePoint(parseInt(hex ?? decimal, hex ? 16 : 10)))
const attribute = (tag, name) => {
  const found = tag.match(new RegExp(`\\s${name}="([^"]*)"`))
  return found && plain(found[1])
}

const cookies = new Map()

async function send(address, fields) {
  const headers = { accept: 'text/html', cookie: [...cookies].map(pair => pair.join('=')).join('; ') }
  const answer = await fetch(address, fields
    ? { method: 'POST', redirect: 'manual', headers: { ...headers, origin: issuer }, body: new URLSearchParams(fields) }
    : { redirect: 'manual', headers })
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name, value] = cookie.match(/^([^=]+)=([^;]*)/)
    if (value) cookies.set(name, value)
    else cookies.delete(name)
  }
  return answer
}

/** The forms of a page, with what they send before anybody types. */
const formsOf = page => [...page.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/g)].map(([, head, body]) => ({
  action: attribute(head, 'action'),
  atOnce: / data-submit-at-load/.test(head),
  fields: Object.fromEntries([...body.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g)]
    .map(([tag]) => [attribute(tag, 'name'), attribute(tag, 'value') ?? ''])),
}))

/** Goes to an address of the server, and on until an app, or a page with nothing to sign in at or to allow. */
export async function visit(address) {
  let answer = await send(address)
  for (let step = 0; step < 20; step++) {
    const here = answer.url
    let next = answer.headers.get('location')
    if (!next) {
      const page = await answer.text()
      const forms = formsOf(page)
      const posted = forms.find(form => form.atOnce)
      if (posted) return { left: new URL(posted.action), posted: posted.fields }
      const signIn = forms.find(form => form.action === '/signin')
      const question = forms.find(form => form.action === '/consent' || form.action?.endsWith('/decision'))
      const onward = page.match(/<a\b[^>]*data-go-on[^>]*>/)
      if (signIn) answer = await send(new URL('/signin', issuer), { ...signIn.fields, email: EMAIL, password: PASSWORD })
      else if (question) answer = await send(new URL(question.action, issuer), { ...question.fields, decision: 'allow' })
      else if (onward) next = attribute(onward[0], 'href')
      else return { page, status: answer.status }
    }
    if (!next) continue
    const to = new URL(next, here)
    if (to.origin !== issuer) return { left: to }
    answer = await send(to)
  }
  throw new Error(`The server sends people round in circles: ${answer.url}`)
}

/** Where an app's request ends: at its redirect URI. */
export async function arrive(address) {
  const { left, page, status } = await visit(address)
  if (!left) throw new Error(`The person stays at the server: ${status} ${page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ').slice(0, 400)}`)
  return left
}

/** Allows the request of the app that waits for this person elsewhere. */
export async function approve() {
  const { page } = await visit(new URL('/approve', issuer))
  const [, link] = page.match(/href="(\/approve\?[^"]+)"/) ?? []
  if (!link) throw new Error('Nothing waits for this person.')
  await visit(new URL(plain(link), issuer))
}
