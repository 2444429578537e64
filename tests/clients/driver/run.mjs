// Starts the server with every client registered, lets each sign in, and prints the sum as the last line.
// Arguments: the names of the clients, which are folders beside this one. tests/clients.sh calls it and says what the environment has.
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { launch, person, signInAndFindName } from './browser.mjs'
import { freePort, Program } from './program.mjs'

const folders = path.resolve(fileURLToPath(import.meta.url), '../..')
const { WORK, LOGS, SERVER_DLL, API_DLL, CA_FILE, SERVER_CERTIFICATE, SERVER_KEY } = process.env

const issuer = `https://localhost:${await freePort()}`
// The resource API, for clients whose client.json says that they use it.
const api = `http://localhost:${await freePort()}`
const apiSecret = randomBytes(32).toString('hex')
const clients = await Promise.all(process.argv.slice(2).map(describe))

/** A client as its client.json says, with an address and secrets of its own for this run. */
async function describe(name) {
  const folder = path.join(folders, name)
  const port = await freePort()
  const file = readFileSync(path.join(folder, 'client.json'), 'utf8')
  const app = `${JSON.parse(file).https ? 'https' : 'http'}://localhost:${port}`
  const text = file.replaceAll('{APP}', app).replaceAll('{FOLDER}', folder)
  const { start, visit = '/', press, told = false, api: usesApi = false, document, registration, further = [], scopes = [] } = JSON.parse(text)
  // Without a registration it registers itself.
  const registrations = [registration, ...further].filter(Boolean).map(r => ({
    client_id: name,
    ...r,
    ...(['none', 'private_key_jwt'].includes(r.token_endpoint_auth_method) ? {} : { client_secret: randomBytes(32).toString('hex') }),
  }))
  const check = path.join(folder, 'check.mjs')
  return { name, folder, port, app, start, visit, press, told, usesApi, document, registrations, scopes, check: existsSync(check) ? check : undefined }
}

function startServer() {
  const seed = path.join(WORK, 'seed.json')
  writeFileSync(seed, JSON.stringify({
    scopes: [
      ...clients.flatMap(c => c.scopes),
      { name: 'mcp:read', description: 'Read through agents', resources: [`${api}/mcp`] },
      { name: 'mcp:write', description: 'Write through agents', resources: [`${api}/mcp`] },
    ],
    clients: [
      ...clients.flatMap(c => c.registrations),
      { client_id: 'api', client_secret: apiSecret, grant_types: [], resources: [api, `${api}/mcp`] },
    ],
    users: [{ email: person.email, password: person.password, first_name: 'Olive', last_name: 'Example' }],
  }))
  return new Program(['dotnet', SERVER_DLL, '--urls', issuer], {
    folder: WORK,
    log: path.join(LOGS, 'server.log'),
    env: {
      API_BASE_URL: issuer,
      AUTHSERVER_DATA: path.join(WORK, 'server'),
      AUTHSERVER_SEED: seed,
      // The apps are on this machine, and some are told of a sign-out; one watches.
      SESSION_MANAGEMENT: 'true',
      CLIENT_REGISTRATION: 'open',
      CLIENT_DOCUMENTS: 'on',
      CLIENT_DOCUMENTS_ALLOWED_DOMAINS: 'localhost',
      CLIENT_REGISTRATION_SCOPES: 'openid,profile,email,offline_access,mcp:read,mcp:write',
      OUTBOUND_ALLOWED_HOSTS: 'localhost,127.0.0.1',
      ASPNETCORE_Kestrel__Certificates__Default__Path: SERVER_CERTIFICATE,
      ASPNETCORE_Kestrel__Certificates__Default__KeyPath: SERVER_KEY,
    },
  })
}

function startApi() {
  return new Program(['dotnet', API_DLL, '--urls', api], {
    folder: WORK,
    log: path.join(LOGS, 'api.log'),
    env: {
      API_BASE_URL: issuer, RESOURCE_URL: api, RESOURCE_DATA: path.join(WORK, 'api'),
      INTROSPECTION_CLIENT_ID: 'api', INTROSPECTION_CLIENT_SECRET: apiSecret,
    },
  })
}

/** Publishes what a client says of itself, at an address that is its client id. */
async function publish(document) {
  const port = await freePort()
  const address = `https://localhost:${port}/agent.json`
  const text = JSON.stringify({ client_id: address, ...document })
  const site = createServer({ cert: readFileSync(SERVER_CERTIFICATE), key: readFileSync(SERVER_KEY) }, (_, res) =>
    res.writeHead(200, { 'content-type': 'application/json' }).end(text))
  await new Promise(resolve => site.listen(port, 'localhost', resolve))
  return { address, stop: () => site.close() }
}

async function run(client, chrome) {
  const { name, folder, port, app, registrations: [{ client_id = '', client_secret = '' } = {}] } = client
  const work = path.join(WORK, name)
  mkdirSync(work)
  const published = client.document ? await publish(client.document) : undefined
  const env = {
    ...(published ? { CLIENT_METADATA_URL: published.address } : {}),
    ISSUER: issuer, CLIENT_ID: client_id, CLIENT_SECRET: client_secret, APP: app, PORT: String(port),
    CA_FILE, WORK: work, FOLDER: folder, MCP_URL: `${api}/mcp`,
  }
  const program = new Program(client.start, { folder, env, log: path.join(LOGS, `${name}.log`) })
  try {
    if (client.check) {
      const { check } = await import(pathToFileURL(client.check))
      await check({ ...client, issuer, api, published: published?.address, chrome, program, work })
    } else {
      await program.answers(app)
      const picture = path.join(LOGS, `${name}.png`)
      await signInAndFindName(chrome, { issuer, start: app + client.visit, press: client.press, told: client.told, picture })
    }
  } finally {
    await program.stop()
    published?.stop()
  }
}

const server = startServer()
const resources = clients.some(c => c.usesApi) ? startApi() : undefined
let passed = 0, failed = 0
let chrome
try {
  await server.answers(`${issuer}/health/ready`)
  await resources?.answers(`${api}/health/ready`)
  chrome = await launch()
  for (const client of clients) {
    const began = Date.now()
    try {
      await run(client, chrome)
      passed++
      console.log(`ok ${client.name} (${((Date.now() - began) / 1000).toFixed(1)} s)`)
    } catch (error) {
      failed++
      console.log(`FAILED ${client.name}: ${error.message}`)
    }
  }
} finally {
  await chrome?.close()
  await resources?.stop()
  await server.stop()
}
console.log(`${passed} passed, ${failed} failed, 0 skipped`)
process.exitCode = failed === 0 && passed > 0 ? 0 : 1
