/**
 * Writes the tables of methods and parameters into `docs/spec/03-rpc.md`, from the registry that nodes and
 * clients run. With `--check` it changes nothing and fails when the document says something else.
 *
 * @module
 */
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { METHODS, type MethodName } from '../packages/protocol/src/rpc/index.ts'

const DOCUMENT = path.join(import.meta.dirname, '..', 'docs', 'spec', '03-rpc.md')

function listMethods(): MethodName[] {
  const names: MethodName[] = []
  let name: MethodName
  for (name in METHODS) names.push(name)
  return names
}

function writeRow(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function writeTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return [header, header.map(() => '---'), ...rows].map(writeRow).join('\n')
}

function writeMethods(): string {
  const rows = listMethods().map((name) => {
    const { aliases, isRecursive, signing, replySummary } = METHODS[name]
    return [
      [name, ...aliases].map((text) => `\`${text}\``).join(', '),
      isRecursive ? 'yes' : 'no',
      signing?.textSummary ?? 'not signed',
      signing?.permissionSummary ?? '–',
      replySummary,
    ]
  })
  return writeTable(['method', 'swarm', 'signature covers', 'subaccount needs', 'reply'], rows)
}

/** Who the client is stands in most methods; the table says it once. */
const SHARED = new Map([
  ['pubkey_ed25519', 'every signed method'],
  ['signature', 'every signed method'],
  ['subaccount', 'with subaccounts'],
  ['subaccount_sig', 'with subaccounts'],
])

function writeParameters(): string {
  const rows = listMethods().flatMap((name) =>
    METHODS[name].parameters.map(({ names, isRequired, description }) => [
      SHARED.get(names[0] ?? '') ?? `\`${name}\``,
      names.map((text) => `\`${text}\``).join(', '),
      isRequired ? 'yes' : 'no',
      description,
    ]),
  )
  const unique = new Map(rows.map((row) => [row.join('|'), row]))
  return writeTable(['method', 'parameter', 'required', 'value'], [...unique.values()])
}

/** Replaces what stands between the two comments that name the table. */
function replaceTable(text: string, name: string, table: string): string {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end: ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${DOCUMENT} has no place for the table ${name}`)
  return `${text.slice(0, from + begin.length)}\n${table}\n${text.slice(to)}`
}

const current = readFileSync(DOCUMENT, 'utf8')
const updated = replaceTable(
  replaceTable(current, 'methods', writeMethods()),
  'parameters',
  writeParameters(),
)
if (updated !== current && process.argv.includes('--check')) {
  console.error('docs/spec/03-rpc.md: the tables are not those of the registry')
  process.exitCode = 1
} else if (updated !== current) {
  writeFileSync(DOCUMENT, updated)
}
