/**
 * Writes `docs/operations/configuration.md` from the settings that a node reads. With `--check` it changes nothing and
 * fails when the document says something else.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { SETTINGS } from '../apps/node/src/config.ts'

const DOCUMENT = path.join(import.meta.dirname, '..', 'docs', 'operations', 'configuration.md')
const OPTIONAL = new Set([
  'SOTTO_PUBLIC_HOST',
  'SOTTO_DIRECTORY_THRESHOLD',
  'SOTTO_DIRECTORY_FILE',
  'SOTTO_AUTHORITY_SEED',
  'SOTTO_NODE_SEED',
])

const INTRODUCTION = `# Settings of a node

Written by \`scripts/generate-configuration.ts\` from \`apps/node/src/config.ts\`; edit that file instead.

A node is set up by environment variables and nothing else. A variable that is empty counts as not set. A node that
finds a variable missing or malformed does not start: it names the variable, never its value, and ends with code 2.
`

const SIGNALS = `## Signals

| signal | effect |
|---|---|
| \`SIGHUP\` | reads the directory file again; an epoch document that is older, or that too few authorities signed, changes nothing |
| \`SIGTERM\`, \`SIGINT\` | stops: answers what is under way for up to five seconds, says goodbye to other nodes, closes the database |

A node with an IPC channel to its parent stops too when the parent is gone.

## Files in the data folder

| file | what it is |
|---|---|
| \`node.seed\` | the secret that all keys of the node are derived from, readable for its owner alone; not there with \`SOTTO_NODE_SEED\`. Keep a copy: without it the node is another node |
| \`messages.sqlite\` and its companions | messages until they expire, encrypted by their senders, and the signed requests that altered them |
| \`directory-ID\` | the last epoch documents of the network with this id; they prove themselves, and are fetched again when they are gone |
| \`authority-ID.json\` | of an authority: for which epochs it has voted and signed. Never restore an old copy: it would vote twice, which is taken for a lie |
`

function writeRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function formatDefault(variable: string, fallback: string | undefined): string {
  if (fallback === undefined) return OPTIONAL.has(variable) ? 'none' : '**required**'
  return fallback === '' ? 'empty' : `\`${fallback}\``
}

function writeSettings(): string {
  const rows = Object.values(SETTINGS).map(({ variable, fallback, description }) =>
    writeRow([`\`${variable}\``, formatDefault(variable, fallback), description]),
  )
  return [writeRow(['variable', 'default', 'meaning']), '|---|---|---|', ...rows, ''].join('\n')
}

const current = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''
const updated = [INTRODUCTION, writeSettings(), SIGNALS].join('\n')
if (updated !== current && process.argv.includes('--check')) {
  console.error('docs/operations/configuration.md: not the settings of apps/node/src/config.ts')
  process.exitCode = 1
} else if (updated !== current) {
  writeFileSync(DOCUMENT, updated)
}
