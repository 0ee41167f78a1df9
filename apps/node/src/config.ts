/**
 * Every setting of a node, and the only reader of the environment. A schema library would cost more
 * resident memory than the rest of the start (ADR 0001), so settings are a table with three small parsers.
 *
 * `docs/operations/configuration.md` is generated from the table.
 *
 * @module
 */
import { isIPv4 } from 'node:net'
import { decodeHex } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { toEd25519PublicKey, type Ed25519PublicKey } from '@sotto/crypto/signing'
import {
  DATABASE_MAX_BYTES,
  RATE_LIMIT_BURST,
  RATE_LIMIT_PER_SECOND,
  RATE_LIMIT_PER_SECOND_NODE,
} from '@sotto/protocol/rpc'
import { NODE_SEED_BYTES } from './node-identity.ts'

export interface Setting<T> {
  readonly variable: string
  readonly description: string
  /** As an operator would write it; undefined when the setting has no default. */
  readonly fallback: string | undefined
  /** Undefined for a text that is no such value. */
  readonly parse: (text: string) => T | undefined
}

const PORT_MAX = 65_535
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

function parseText(text: string): string | undefined {
  return text === '' ? undefined : text
}

function createNumberParser(min: number, max: number): (text: string) => number | undefined {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
    return value >= min && value <= max ? value : undefined
  }
}

const parsePort = createNumberParser(0, PORT_MAX)
const parseCount = createNumberParser(1, Number.MAX_SAFE_INTEGER)

function parseSeed(text: string): Uint8Array | undefined {
  const seed = decodeHex(text)
  return seed?.length === NODE_SEED_BYTES ? seed : undefined
}

function parseKey(text: string): Ed25519PublicKey | undefined {
  const key = decodeHex(text)
  return key === undefined ? undefined : toEd25519PublicKey(key)
}

function parseHosts(text: string): ReadonlySet<string> {
  const hosts = text.split(',').map((host) => host.trim().toLowerCase())
  return new Set(hosts.filter((host) => host !== ''))
}

export interface NodeConfig {
  readonly dataDirectory: string
  readonly host: string
  readonly httpsPort: number
  readonly webPort: number
  readonly peerPort: number
  readonly directoryFile: string
  readonly directoryKey: Ed25519PublicKey
  readonly nodeSeed?: Uint8Array
  readonly logLevel: LogLevel
  readonly rateLimitBurst: number
  readonly rateLimitPerSecond: number
  readonly rateLimitPerSecondNode: number
  readonly connectionsPerSourceMax: number
  readonly connectionsMax: number
  readonly databaseMaxBytes: number
  readonly hostRelayAllow: ReadonlySet<string>
}

export const SETTINGS: {
  readonly [K in keyof Required<NodeConfig>]: Setting<Required<NodeConfig>[K]>
} = {
  dataDirectory: {
    variable: 'SOTTO_DATA_DIR',
    description: 'Folder of the database and, if the node makes its own, of the node seed.',
    fallback: undefined,
    parse: parseText,
  },
  host: {
    variable: 'SOTTO_HOST',
    description: 'IPv4 address to listen on.',
    fallback: '127.0.0.1',
    parse: (text) => (isIPv4(text) ? text : undefined),
  },
  httpsPort: {
    variable: 'SOTTO_HTTPS_PORT',
    description: 'Port for wire-compatible clients; 0 for any free one.',
    fallback: '22021',
    parse: parsePort,
  },
  webPort: {
    variable: 'SOTTO_WEB_PORT',
    description: 'Port for browsers (HTTP and WebSocket); 0 for any free one.',
    fallback: '22022',
    parse: parsePort,
  },
  peerPort: {
    variable: 'SOTTO_PEER_PORT',
    description: 'Port for other nodes; 0 for any free one.',
    fallback: '22023',
    parse: parsePort,
  },
  directoryFile: {
    variable: 'SOTTO_DIRECTORY_FILE',
    description: 'The signed list of nodes. Read at the start and again on SIGHUP.',
    fallback: undefined,
    parse: parseText,
  },
  directoryKey: {
    variable: 'SOTTO_DIRECTORY_KEY',
    description: "Ed25519 key of the directory's authority, 64 hex digits.",
    fallback: undefined,
    parse: parseKey,
  },
  nodeSeed: {
    variable: 'SOTTO_NODE_SEED',
    description:
      'Node seed, 64 hex digits. Without it the node keeps one in `node.seed` in its data folder.',
    fallback: undefined,
    parse: parseSeed,
  },
  logLevel: {
    variable: 'SOTTO_LOG_LEVEL',
    description: `One of ${LOG_LEVELS.join(', ')}.`,
    fallback: 'info',
    parse: (text) => LOG_LEVELS.find((level) => level === text),
  },
  rateLimitBurst: {
    variable: 'SOTTO_RATE_LIMIT_BURST',
    description: 'Requests that one source address may send at once.',
    fallback: String(RATE_LIMIT_BURST),
    parse: parseCount,
  },
  rateLimitPerSecond: {
    variable: 'SOTTO_RATE_LIMIT_PER_SECOND',
    description: 'Requests that one source address may send per second in the long run.',
    fallback: String(RATE_LIMIT_PER_SECOND),
    parse: parseCount,
  },
  rateLimitPerSecondNode: {
    variable: 'SOTTO_RATE_LIMIT_PER_SECOND_NODE',
    description: 'The same for addresses of nodes in the directory, loopback excepted.',
    fallback: String(RATE_LIMIT_PER_SECOND_NODE),
    parse: parseCount,
  },
  connectionsPerSourceMax: {
    variable: 'SOTTO_CONNECTIONS_PER_SOURCE_MAX',
    description: 'Connections of clients that one source address may hold open.',
    fallback: '512',
    parse: parseCount,
  },
  connectionsMax: {
    variable: 'SOTTO_CONNECTIONS_MAX',
    description: 'Connections of clients that the node holds open in all.',
    fallback: '8192',
    parse: parseCount,
  },
  databaseMaxBytes: {
    variable: 'SOTTO_DATABASE_MAX_BYTES',
    description: 'Size of the database at which the node refuses further messages.',
    fallback: String(DATABASE_MAX_BYTES),
    parse: parseCount,
  },
  hostRelayAllow: {
    variable: 'SOTTO_HOST_RELAY_ALLOW',
    description:
      'Comma-separated `host` or `host:port` entries that onion requests may reach although they are not public.',
    fallback: '',
    parse: parseHosts,
  },
}

type SettingName = keyof NodeConfig
type Settings = { -readonly [K in SettingName]?: NodeConfig[K] | undefined }

const OPTIONAL: ReadonlySet<SettingName> = new Set(['nodeSeed'])

type Environment = Readonly<Record<string, string | undefined>>

function listNames(): readonly SettingName[] {
  const names: SettingName[] = []
  let name: SettingName
  for (name in SETTINGS) names.push(name)
  return names
}

/** Puts the value into `settings`, or says what is wrong. An empty text counts as not set. */
function readSetting<K extends SettingName>(
  name: K,
  environment: Environment,
  settings: Pick<Settings, K>,
): string | undefined {
  const { variable, fallback, description, parse } = SETTINGS[name]
  const text = environment[variable] || fallback
  if (text === undefined) {
    return OPTIONAL.has(name) ? undefined : `${variable} is not set. ${description}`
  }
  const value = parse(text)
  settings[name] = value
  return value === undefined ? `${variable} is not valid. ${description}` : undefined
}

function isComplete(settings: Settings): settings is NodeConfig {
  return listNames().every((name) => OPTIONAL.has(name) || settings[name] !== undefined)
}

/** The sentence names the variable and never its value, which may be a secret. */
export function parseConfig(environment: Environment): Result<NodeConfig, string> {
  const settings: Settings = {}
  for (const name of listNames()) {
    const problem = readSetting(name, environment, settings)
    if (problem !== undefined) return err(problem)
  }
  if (!isComplete(settings)) throw new Error('a setting was neither read nor refused')
  return ok(settings)
}

/** The settings of this process. */
export function readConfig(): Result<NodeConfig, string> {
  return parseConfig(process.env)
}
