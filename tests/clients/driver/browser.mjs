// What a person does at an app and at the hosted pages.
import { chromium } from 'playwright-core'

const person = { email: 'olive@example.test', password: 'Quiet-River-31-Lamp', name: 'Olive Example' }
export { person }

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM_PATH,
  // A signal ends the driver itself, not only the browser.
  handleSIGINT: false,
  handleSIGTERM: false,
  // The first is for root; the last keeps the browser on this machine, so that no app waits for a picture from elsewhere.
  args: [
    '--no-sandbox', '--disable-gpu', '--no-first-run',
    '--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE 127.0.0.1',
  ],
})

/** Opens the app in a fresh browser, signs in at the hosted pages, allows, and waits until the app shows the person's name. */
export async function signInAndFindName(chrome, { issuer, start, press, picture, told }) {
  const context = await chrome.newContext({ ignoreHTTPSErrors: true })
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const console = []
  page.on('console', message => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) console.push(message.text())
  })
  try {
    await page.goto(start, { waitUntil: 'domcontentloaded' })
    if (press) await page.getByRole('button', { name: press }).or(page.getByRole('link', { name: press })).click()
    await signIn(page, issuer)
    await page.waitForURL(url => url.origin !== issuer)
    await page.getByText(person.name).first().waitFor()
    if (told) await signOutElsewhere(context, page, { issuer, start, watching: told === 'watching' })
  } catch (error) {
    await page.screenshot({ path: picture }).catch(() => {})
    const text = await page.locator('body').innerText({ timeout: 1000 }).catch(() => '')
    throw new Error([
      error.name === 'TimeoutError' ? `the app does not show ${person.name}` : error.message.split('\n')[0],
      page.url().replace(/\?.*/, '?...'),
      text.replace(/\s+/g, ' ').slice(0, 300),
      ...console,
    ].filter(Boolean).join(' | '), { cause: error })
  } finally {
    await context.close()
  }
}

/** Signs out at the server, in another tab, and waits until the app has learned of it: its page then leads to the server's sign-in. */
async function signOutElsewhere(context, page, { issuer, start, watching }) {
  const tab = await context.newPage()
  await tab.goto(`${issuer}/signout`)
  await tab.getByRole('button', { name: 'Sign out', exact: true }).click()
  await tab.getByText('You are signed out').first().waitFor()
  if (watching) {
    await page.waitForURL(url => url.origin === issuer)
    return
  }
  for (const end = Date.now() + 20_000; ;) {
    await page.goto(start, { waitUntil: 'domcontentloaded' })
    if (new URL(page.url()).origin === issuer) return
    if (Date.now() > end) throw new Error('the app was not told of the sign-out at the server')
    await page.waitForTimeout(200)
  }
}

/** The hosted pages, from the form to the answer that leads back. */
export async function signIn(page, issuer) {
  await page.waitForURL(url => url.origin === issuer)
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(person.password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await page.getByRole('button', { name: 'Allow', exact: true }).click()
}
