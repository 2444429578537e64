// What a mail program does: it lets the person sign in, in a browser, and shows the access token to the IMAP server.
import { createHash, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { person, signIn } from '../driver/browser.mjs'

export async function check({ issuer, chrome, port, registrations }) {
  const mailProgram = registrations[1]
  const token = await accessToken(issuer, chrome, mailProgram)

  for (const mechanism of ['XOAUTH2', 'OAUTHBEARER']) {
    const answers = await imap(port, `a AUTHENTICATE ${mechanism} ${initialResponse(mechanism, token, port)}`)
    if (!answers.some(line => line.startsWith('a OK'))) throw new Error(`${mechanism}: ${answers.join(' | ')}`)
  }
  const forged = await imap(port, `a AUTHENTICATE XOAUTH2 ${initialResponse('XOAUTH2', `${token}x`, port)}`)
  if (forged.some(line => line.startsWith('a OK'))) throw new Error('Dovecot let a forged token in')
}

const initialResponse = (mechanism, token, port) => Buffer.from(mechanism === 'XOAUTH2'
  ? `user=${person.email}\x01auth=Bearer ${token}\x01\x01`
  : `n,a=${person.email},\x01host=127.0.0.1\x01port=${port}\x01auth=Bearer ${token}\x01\x01`).toString('base64')

/** The lines that Dovecot says to one command. */
async function imap(port, command) {
  const socket = await connected(port)
  const lines = []
  for await (const line of createInterface(socket)) {
    lines.push(line)
    if (line.startsWith('* OK')) socket.write(`${command}\r\n`)
    // An empty line ends an exchange that went wrong (RFC 7628 section 3.2.3).
    else if (line.startsWith('+ ')) socket.write('\r\n')
    else if (line.startsWith('a ')) break
  }
  socket.destroy()
  return lines
}

async function connected(port) {
  for (let attempt = 0; ; attempt++) {
    try {
      const socket = connect(port, '127.0.0.1')
      await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
      return socket
    } catch (error) {
      if (attempt === 100) throw error
      await wait(100)
    }
  }
}

/** The code flow of a native app (RFC 8252): a public client, PKCE, a listener on loopback. */
async function accessToken(issuer, chrome, { client_id, scope }) {
  const endpoints = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()
  const code_verifier = randomBytes(32).toString('base64url')

  let answered
  const answer = new Promise(resolve => { answered = resolve })
  const listener = createServer((request, response) => {
    response.end('You may close this window.')
    answered(new URL(request.url, 'http://127.0.0.1').searchParams)
  })
  await new Promise(resolve => listener.listen(0, '127.0.0.1', resolve))
  const redirect_uri = `http://127.0.0.1:${listener.address().port}/callback`

  const context = await chrome.newContext({ ignoreHTTPSErrors: true })
  try {
    const page = await context.newPage()
    await page.goto(`${endpoints.authorization_endpoint}?${new URLSearchParams({
      client_id, redirect_uri, scope, response_type: 'code', code_challenge_method: 'S256',
      code_challenge: createHash('sha256').update(code_verifier).digest('base64url'),
    })}`)
    await signIn(page, issuer)
    const code = (await answer).get('code')
    const response = await fetch(endpoints.token_endpoint, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'authorization_code', client_id, redirect_uri, code, code_verifier }),
    })
    const tokens = await response.json()
    if (!response.ok) throw new Error(`token endpoint: ${JSON.stringify(tokens)}`)
    return tokens.access_token
  } finally {
    await context.close()
    listener.close()
  }
}
