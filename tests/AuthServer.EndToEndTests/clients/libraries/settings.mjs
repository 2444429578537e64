// What every program of a client library knows of its server, and how its features are run: node PROGRAM [FEATURE...].
import { readFileSync } from 'node:fs'
import { webcrypto } from 'node:crypto'
import * as undici from 'undici'

const { ISSUER, SECRET, KEY, CERTIFICATE, CERTIFICATE_KEY, CA_FILE } = process.env

export const issuer = new URL(ISSUER)
export const secret = SECRET
export const redirect_uri = 'https://app.example.test/callback'
export const behind = 'https://behind.example.test'
export const email = process.env.EMAIL
export const name = 'Olive Example'

/** The private key of the client "signer". */
export async function privateKey() {
  const jwk = JSON.parse(readFileSync(KEY, 'utf8'))
  return { key: await webcrypto.subtle.importKey('jwk', jwk, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']), kid: jwk.kid }
}

/** fetch with the certificate of the client "certified". */
export function fetchWithCertificate() {
  const dispatcher = new undici.Agent({
    connect: { key: readFileSync(CERTIFICATE_KEY), cert: readFileSync(CERTIFICATE), ca: readFileSync(CA_FILE) },
  })
  return (address, options) => undici.fetch(address, { ...options, dispatcher })
}

export const payload = jwt => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'))

/** Runs each feature, and prints a line about it: its name, and what went wrong. One program for all: a start costs more than most of them. */
export async function run(features) {
  const wanted = process.argv.slice(2)
  for (const [feature, use] of Object.entries(features)) {
    if (wanted.length > 0 && !wanted.includes(feature)) continue
    const wrong = await use().then(() => '', error => String(error.stack) + (error.cause ? ` | ${JSON.stringify(error.cause)}` : ''))
    console.log(`${feature}: ${wrong.replace(/\s+/g, ' ') || 'works'}`)
  }
}
