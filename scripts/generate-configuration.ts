/**
 * Writes `docs/operations/configuration.md` from the settings that a node reads. With `--check` it changes nothing and
 * fails when the document says something else.
 *
 * @module
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { CONFIG_FILE_BYTES_MAX } from '../apps/node/src/config-file.ts'
import { SETTINGS } from '../apps/node/src/config.ts'

const DOCUMENT = path.join(import.meta.dirname, '..', 'docs', 'operations', 'configuration.md')
const OPTIONAL = new Set([
  'SOTTO_PUBLIC_HOST',
  'SOTTO_DIRECTORY_THRESHOLD',
  'SOTTO_DIRECTORY_FILE',
  'SOTTO_AUTHORITY_SEED',
  'SOTTO_NODE_SEED',
  'SOTTO_OPERATOR_PORT',
  'SOTTO_OPERATOR_TOKEN',
  'SOTTO_OPERATOR_TOKEN_FILE',
  'SOTTO_FILES_PORT',
  'SOTTO_FILES_DIR',
  'SOTTO_FILES_S3_ENDPOINT',
  'SOTTO_FILES_S3_BUCKET',
  'SOTTO_FILES_S3_ACCESS_KEY_ID',
  'SOTTO_FILES_S3_SECRET_ACCESS_KEY',
  'SOTTO_PREVIEW_PORT',
])

const INTRODUCTION = `# Settings of a node

Written by \`scripts/generate-configuration.ts\` from \`apps/node/src/config.ts\`; edit that file instead.

A node is set up by environment variables and by a configuration file, of which the environment wins. A variable that is
empty counts as not set. A node that finds a setting missing or malformed does not start: it names the variable, and the
line if it stands in the file, never the value, and ends with code 2.

## The file

\`SOTTO_CONFIG_FILE\` names it; \`sotto node run --home DIR\` reads \`DIR/node.env\`, which \`sotto node init\` writes. A
line is \`VARIABLE=value\`, blank, or a comment that begins with \`#\`. The value is everything behind the first \`=\`
without the blanks around it; there are no quotes and no escapes. At most ${CONFIG_FILE_BYTES_MAX.toLocaleString('en')} bytes of UTF-8. A variable that is not in the table
below, or is set twice, is refused. The data folder, the seeds and the operator's token cannot stand in the file: without \`SOTTO_DATA_DIR\` the folder of the file is
the data folder, and secrets have files of their own in it.

## Variables
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
| \`authority.seed\` | the secret key of an authority, if the node is one and \`SOTTO_AUTHORITY_SEED\` is not set |
| \`node.env\` | the configuration file of \`sotto node\` |
| \`node.lock\`, \`node.pid\` | keep a second node off the folder while one runs; the process id of that one |
| \`operator.token\` | the secret of the [operator API](operator-api.md), made at the first start that needs it. Delete it and restart the node for a new one |
| \`messages.sqlite\` and its companions | messages until they expire, encrypted by their senders, and the signed requests that altered them |
| \`files\` | of the role \`files\`: sealed files of messages until they end, and the index of them |
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
