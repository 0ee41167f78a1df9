/**
 * The configuration file of a node: `VARIABLE=value` lines, as systemd and container engines read them too. Everything
 * behind the first `=` is the value, without quotes or escapes. What the variables mean is `config.ts`.
 *
 * @module
 */
import { readFileSync } from 'node:fs'
import { decodeUtf8 } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'

/** Far beyond every setting at its longest. */
export const CONFIG_FILE_BYTES_MAX = 65_536

export interface ConfigFile {
  readonly text: string
  readonly values: Readonly<Record<string, string>>
  /** Where each variable is set, counted from 1. */
  readonly lines: ReadonlyMap<string, number>
}

// oxlint-disable-next-line no-control-regex -- a control character in a setting is what is looked for
const CONTROL = /[\u0000-\u0008\u000B-\u001F\u007F]/u
const ASSIGNMENT = /^(?<name>[A-Za-z_][A-Za-z0-9_]{0,63})\s*=(?<value>.*)$/u

/** Never throws. The sentence of a refusal names the line and the variable, and never the value. */
export function parseConfigFile(
  bytes: Uint8Array,
  known: ReadonlySet<string>,
): Result<ConfigFile, string> {
  if (bytes.length > CONFIG_FILE_BYTES_MAX) {
    return err(`is larger than ${CONFIG_FILE_BYTES_MAX} bytes.`)
  }
  const text = decodeUtf8(bytes)
  if (text === undefined) return err('is not UTF-8 text.')
  const values: Record<string, string> = {}
  const lines = new Map<string, number>()
  for (const [index, raw] of text.split('\n').entries()) {
    const number = index + 1
    const line = raw.replace(/\r$/u, '').trim()
    if (line === '' || line.startsWith('#')) continue
    const fields = CONTROL.test(line) ? undefined : ASSIGNMENT.exec(line)?.groups
    const { name, value } = fields ?? {}
    if (name === undefined || value === undefined) {
      return err(`line ${number}: this is no VARIABLE=value.`)
    }
    if (!known.has(name)) return err(`line ${number}: ${name} is no setting that can stand here.`)
    const first = lines.get(name)
    if (first !== undefined) return err(`line ${number}: ${name} is set on line ${first} already.`)
    lines.set(name, number)
    values[name] = value.trim()
  }
  return ok({ text, values, lines })
}

/** Reads and parses the file at this path; a refusal is a whole sentence that names it. */
export function readConfigFile(
  path: string,
  known: ReadonlySet<string>,
): Result<ConfigFile, string> {
  let bytes: Uint8Array
  try {
    bytes = readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return err(`${path} cannot be read (${code}).`)
  }
  const file = parseConfigFile(bytes, known)
  return file.ok ? file : err(`${path} ${file.error}`)
}
