// Prints what actionlint finds in the workflow files that are named, one line each; ends with 1 when there is anything.
import { readFile } from 'node:fs/promises'
import { createLinter } from 'actionlint'

const lint = await createLinter()
let found = 0
for (const file of process.argv.slice(2)) {
  for (const { line, column, message } of lint(await readFile(file, 'utf8'), file)) {
    console.log(`${file}:${line}:${column}: ${message}`)
    found++
  }
}
process.exit(found ? 1 : 0)
