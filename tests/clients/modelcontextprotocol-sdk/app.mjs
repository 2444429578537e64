// An agent on the MCP SDK (version 1): it knows the address of an MCP server and nothing else. It registers itself, has the person asked,
// lists notes, and asks for more when a tool needs it. Its page is what it knows.
import { createServer } from 'node:http'
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'

const { MCP_URL, PORT, CLIENT_METADATA_URL } = process.env
const redirect = `http://127.0.0.1:${PORT}/callback`
const state = { resources: [] }
let called

createServer((req, res) => {
  const url = new URL(req.url, redirect)
  if (url.pathname === '/callback') called?.(url.searchParams)
  if (url.pathname === '/again') again().then(() => res.end('It may'), error => res.end(error.constructor.name))
  else res.end(url.pathname === '/callback' ? 'Back at the agent' : JSON.stringify(state))
}).listen(PORT, '127.0.0.1')

const kept = {}
let again
const provider = {
  redirectUrl: redirect,
  clientMetadataUrl: CLIENT_METADATA_URL,
  clientMetadata: {
    client_name: 'Agent of SDK 1',
    redirect_uris: [redirect],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  state: () => (kept.state = crypto.randomUUID()),
  clientInformation: () => kept.client,
  saveClientInformation: client => { kept.client = client },
  tokens: () => kept.tokens,
  saveTokens: tokens => { kept.tokens = tokens },
  codeVerifier: () => kept.verifier,
  saveCodeVerifier: verifier => { kept.verifier = verifier },
  redirectToAuthorization: url => {
    state.resources.push(url.searchParams.get('resource'))
    state.address = url.href
  },
}

const transport = () => new StreamableHTTPClientTransport(new URL(MCP_URL), {
  authProvider: provider,
  fetch: async (url, init) => {
    if (String(url).endsWith('/token')) state.resources.push(new URLSearchParams(String(init.body)).get('resource'))
    const answer = await fetch(url, init)
    if (String(url).endsWith('/register')) state.registered = (await answer.clone().json()).application_type
    return answer
  },
})

/** Tries; where the person has to be asked first, waits for the answer and tries once more. */
async function withPerson(transport, attempt, again = attempt) {
  const answer = new Promise(resolve => { called = resolve })
  try {
    return await attempt()
  } catch (error) {
    if (!(error instanceof UnauthorizedError)) throw error
    const back = await answer
    if (back.get('state') !== kept.state) throw new Error('The state is another.')
    if (!back.get('iss')) throw new Error('The answer does not say who it is from.')
    delete state.address
    await transport.finishAuth(back.get('code'))
    return await again()
  }
}

const textOf = result => result.content[0].text

try {
  const client = new Client({ name: 'agent', version: '1.0.0' })
  const first = transport()
  let used = first
  await withPerson(first, () => client.connect(first), () => client.connect(used = transport()))
  state.client = kept.client.client_id
  state.tools = (await client.listTools()).tools.map(tool => tool.name)
  state.first = kept.tokens.scope
  state.before = textOf(await client.callTool({ name: 'list_notes', arguments: {} }))
  const add = () => client.callTool({ name: 'add_note', arguments: { text: 'Written by SDK 1' } })
  state.added = textOf(await withPerson(used, add))
  state.second = kept.tokens.scope
  state.after = textOf(await client.callTool({ name: 'list_notes', arguments: {} }))
  again = () => client.callTool({ name: 'list_notes', arguments: {} })
  state.done = true
} catch (error) {
  state.error = `${error.name} ${error.message}`
}
