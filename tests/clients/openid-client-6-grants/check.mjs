import { person, signIn } from '../driver/browser.mjs'

export async function check({ app, issuer, chrome, program }) {
  await program.answers(app)
  const context = await chrome.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  try {
    await page.goto(await knows('address'))
    await signIn(page, issuer)
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor()
    if (await knows('name') !== person.name) throw new Error('The device knows another name.')
    await knows('exchanged')
    await knows('asked')
    await page.goto(`${issuer}/approve`)
    await page.getByRole('link', { name: 'openid-client 6 without a browser' }).click()
    await page.getByText('Order 4711').waitFor()
    await page.getByRole('button', { name: 'Allow', exact: true }).click()
    await knows('same')
  } finally {
    await context.close()
  }

  async function knows(member) {
    for (let i = 0; i < 100; i++) {
      const state = await (await fetch(app)).json()
      if (state.error) throw new Error(state.error)
      if (state[member]) return state[member]
      await new Promise(resolve => setTimeout(resolve, 200))
    }
    throw new Error(`It never knew ${member}.`)
  }
}
