// What a person does with an agent that has only the address of an MCP server, and what must have become of it.
import assert from 'node:assert/strict'
import { signIn } from './browser.mjs'

export async function checkAgent({ app, api, issuer, chrome, program, published }) {
  const agent = app.replace('localhost', '127.0.0.1')
  await program.answers(agent)
  const context = await chrome.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  try {
    await page.goto(await knows('address'))
    await signIn(page, issuer)
    await page.getByText('Back at the agent').waitFor()
    // The person is signed in, and is asked for what the agent wants beside what it has.
    await knows('before')
    await page.goto(await knows('address'))
    await page.getByText('Write through agents').waitFor()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await page.getByText('Back at the agent').waitFor()
    await knows('done')
    const state = await now()
    assert.deepEqual(state.tools, ['list_notes', 'add_note', 'delete_note'])
    // By its document where it has one, and else by a registration of its own.
    if (published) assert.equal(state.client, published)
    assert.equal(state.registered, published ? undefined : 'native')
    assert.ok(!state.first.includes('mcp:write') && state.second.includes('mcp:write') && state.second.includes('mcp:read'))
    assert.equal(JSON.parse(state.after).length, JSON.parse(state.before).length + 1)
    // Once the person has taken it back, the agent can do nothing more.
    const again = async () => (await fetch(`${agent}/again`)).text()
    assert.equal(await again(), 'It may')
    await page.goto(`${issuer}/account/apps`)
    const listed = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: /^Agent of SDK/ }) })
    await listed.getByText('Access ends on').waitFor()
    await listed.getByRole('button', { name: 'Remove access' }).click()
    await listed.waitFor({ state: 'detached' })
    assert.match(await again(), /^(UnauthorizedError|OAuthError)$/)
    // At the authorization endpoint and at the token endpoint, twice each.
    assert.deepEqual(state.resources, Array(4).fill(`${api}/mcp`))
  } finally {
    await context.close()
  }

  async function now() {
    return (await fetch(agent)).json()
  }

  async function knows(member) {
    for (let i = 0; i < 100; i++) {
      const state = await now()
      if (state.error) throw new Error(state.error)
      if (state[member]) return state[member]
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    throw new Error(`It never knew ${member}.`)
  }
}
