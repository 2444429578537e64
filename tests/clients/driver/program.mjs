// Programs that the run starts, and what they need: a free port, an answer, an end.
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
}

export class Program {
  #child
  #ended

  constructor(command, { folder, env, log }) {
    const output = openSync(log, 'w')
    this.#child = spawn(command[0], command.slice(1), { cwd: folder, env: { ...process.env, ...env }, stdio: ['ignore', output, output] })
    closeSync(output)
    this.#ended = new Promise(resolve => {
      this.#child.once('exit', (code, signal) => resolve(`${command[0]} ended with ${signal ?? code}`))
      this.#child.once('error', error => resolve(`${command[0]} cannot be started: ${error.message}`))
    })
  }

  /** Until the address answers anything at all; an error when the program ends first. */
  async answers(address, seconds = 60) {
    let over
    this.#ended.then(how => { over = how })
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(100)) {
      if (over) throw new Error(over)
      const answer = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(2000) }).catch(() => undefined)
      if (answer) return
    }
    throw new Error(`${address} does not answer after ${seconds} s`)
  }

  /** Until the program has ended by itself. */
  ended() {
    return this.#ended
  }

  async stop() {
    this.#child.kill('SIGTERM')
    if (await Promise.race([this.#ended, wait(5000)])) return
    this.#child.kill('SIGKILL')
    await this.#ended
  }
}
