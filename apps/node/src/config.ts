/**
 * Every setting of a node, and the only reader of the environment. A schema library would cost more
 * resident memory than the rest of the start (ADR 0001), so settings are a table with three small parsers.
 *
 * `docs/operations/configuration.md` is generated from the table.
 *
 * @module
 */
import { isIPv4 } from 'node:net'
import { err, ok, type Result } from '@sotto/crypto/result'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { FILES_SETTINGS, type FilesConfig } from './files/files-settings.ts'
import { findS3Place } from './files/find-s3-place.ts'
import { PREVIEW_SETTINGS, type PreviewConfig } from './preview/preview-settings.ts'
import {
  DATABASE_MAX_BYTES,
  RATE_LIMIT_BURST,
  RATE_LIMIT_PER_SECOND,
  RATE_LIMIT_PER_SECOND_NODE,
} from '@sotto/protocol/rpc'
import {
  parseCount,
  parseHosts,
  parseKeys,
  parseNetworkId,
  parseOperatorToken,
  parsePort,
  parseSeed,
  parseSeeds,
  parseText,
  type Setting,
} from './setting-values.ts'

const CONTACT_CHARACTERS_MAX = 256
const ANY_HOST = '0.0.0.0'
const LOG_LEVELS = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

export type { Setting }

export type Admission = 'open' | readonly Ed25519PublicKey[]

export interface NodeConfig extends FilesConfig, PreviewConfig {
  readonly dataDirectory: string
  readonly host: string
  readonly httpsPort: number
  readonly webPort: number
  readonly peerPort: number
  readonly publicHost?: string
  readonly networkId: Uint8Array
  readonly directoryKeys: readonly Ed25519PublicKey[]
  readonly directoryThreshold?: number
  readonly directoryFile?: string
  readonly seeds: readonly string[]
  readonly authoritySeed?: Uint8Array
  readonly admission: Admission
  readonly nodeSeed?: Uint8Array
  readonly nodeName: string
  readonly contact: string
  readonly logLevel: LogLevel
  readonly rateLimitBurst: number
  readonly rateLimitPerSecond: number
  readonly rateLimitPerSecondNode: number
  readonly connectionsPerSourceMax: number
  readonly connectionsMax: number
  readonly databaseMaxBytes: number
  readonly hostRelayAllow: ReadonlySet<string>
  readonly operatorHost: string
  readonly operatorPort?: number
  readonly operatorToken?: string
  readonly operatorTokenFile?: string
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
  publicHost: {
    variable: 'SOTTO_PUBLIC_HOST',
    description:
      'IPv4 address under which others reach the node, if not the one that it listens on. Needed when that is 0.0.0.0.',
    fallback: undefined,
    parse: (text) => (isIPv4(text) && text !== ANY_HOST ? text : undefined),
  },
  networkId: {
    variable: 'SOTTO_NETWORK_ID',
    description: 'Which network, 32 hex digits.',
    fallback: undefined,
    parse: parseNetworkId,
  },
  directoryKeys: {
    variable: 'SOTTO_DIRECTORY_KEYS',
    description: "Ed25519 keys of the network's authorities, 64 hex digits each, with commas.",
    fallback: undefined,
    parse: parseKeys,
  },
  directoryThreshold: {
    variable: 'SOTTO_DIRECTORY_THRESHOLD',
    description: 'How many authorities must have signed a document; more than half if not set.',
    fallback: undefined,
    parse: parseCount,
  },
  directoryFile: {
    variable: 'SOTTO_DIRECTORY_FILE',
    description:
      'An epoch document to begin with. Read at the start and again on SIGHUP. Without it, seeds are asked.',
    fallback: undefined,
    parse: parseText,
  },
  seeds: {
    variable: 'SOTTO_SEEDS',
    description:
      'URLs of nodes, with commas, that a node that has no epoch document asks for one and tells of itself.',
    fallback: '',
    parse: parseSeeds,
  },
  authoritySeed: {
    variable: 'SOTTO_AUTHORITY_SEED',
    description:
      'Seed of an authority key, 64 hex digits. With it the node has the role `directory` and votes.',
    fallback: undefined,
    parse: parseSeed,
  },
  admission: {
    variable: 'SOTTO_ADMISSION',
    description:
      'Whom an authority admits: `open` for everybody, or Ed25519 keys of nodes, 64 hex digits each, with commas.',
    fallback: 'open',
    parse: (text) => (text === 'open' ? text : parseKeys(text)),
  },
  nodeSeed: {
    variable: 'SOTTO_NODE_SEED',
    description:
      'Node seed, 64 hex digits. Without it the node keeps one in `node.seed` in its data folder.',
    fallback: undefined,
    parse: parseSeed,
  },
  nodeName: {
    variable: 'SOTTO_NODE_NAME',
    description:
      "The operator's name for the node: letters, digits and `. _ -`; everybody can see it.",
    fallback: '',
    parse: (text) => (/^[A-Za-z0-9._-]{0,64}$/.test(text) ? text : undefined),
  },
  contact: {
    variable: 'SOTTO_CONTACT',
    description: 'How to reach the operator; everybody can see it.',
    fallback: '',
    parse: (text) => (text.length <= CONTACT_CHARACTERS_MAX ? text : undefined),
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
  ...FILES_SETTINGS,
  ...PREVIEW_SETTINGS,
  operatorHost: {
    variable: 'SOTTO_OPERATOR_HOST',
    description: 'IPv4 address of the operator API. Anything but loopback needs a token of yours.',
    fallback: '127.0.0.1',
    parse: (text) => (isIPv4(text) ? text : undefined),
  },
  operatorPort: {
    variable: 'SOTTO_OPERATOR_PORT',
    description:
      'Port of the operator API and of `/metrics`; 0 for any free one. Not set, there is none.',
    fallback: undefined,
    parse: parsePort,
  },
  operatorToken: {
    variable: 'SOTTO_OPERATOR_TOKEN',
    description: 'Secret that the operator API asks for: 32 to 256 letters, digits and `. _ ~ -`.',
    fallback: undefined,
    parse: parseOperatorToken,
  },
  operatorTokenFile: {
    variable: 'SOTTO_OPERATOR_TOKEN_FILE',
    description:
      'File with that secret. Without both the node makes one and keeps it in `operator.token` in its data folder.',
    fallback: undefined,
    parse: parseText,
  },
}

const UNKNOWN_PUBLIC_HOST = `${SETTINGS.publicHost.variable} is not set, and ${SETTINGS.host.variable} names every address. Set one that others can reach.`

const INCOMPLETE_STORE = `${SETTINGS.filesS3Endpoint.variable} is set, and ${SETTINGS.filesS3Bucket.variable}, ${SETTINGS.filesS3AccessKeyId.variable} or ${SETTINGS.filesS3SecretAccessKey.variable} is not.`

const UNGUARDED_OPERATOR = `${SETTINGS.operatorHost.variable} is not loopback, and neither ${SETTINGS.operatorToken.variable} nor ${SETTINGS.operatorTokenFile.variable} is set.`

type SettingName = keyof NodeConfig
type Settings = { -readonly [K in SettingName]?: NodeConfig[K] | undefined }

const OPTIONAL: ReadonlySet<SettingName> = new Set([
  'publicHost',
  'directoryThreshold',
  'directoryFile',
  'authoritySeed',
  'nodeSeed',
  'filesPort',
  'filesDirectory',
  'filesS3Endpoint',
  'filesS3Bucket',
  'filesS3AccessKeyId',
  'filesS3SecretAccessKey',
  'previewPort',
  'operatorPort',
  'operatorToken',
  'operatorTokenFile',
])

export type Environment = Readonly<Record<string, string | undefined>>

function listNames(): readonly SettingName[] {
  const names: SettingName[] = []
  let name: SettingName
  for (name in SETTINGS) names.push(name)
  return names
}

/** Where a variable was set, as the beginning of a sentence; empty for the environment. */
type Places = ReadonlyMap<string, string>

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

/** A token that the node made is known to its own machine alone; others can only use one that they were given. */
function isOperatorGuarded(config: NodeConfig): boolean {
  if (config.operatorPort === undefined || config.operatorHost.startsWith('127.')) return true
  return (config.operatorToken ?? config.operatorTokenFile) !== undefined
}

/** The sentence names the variable, and its place if it has one, and never its value, which may be a secret. */
export function parseConfig(
  environment: Environment,
  places: Places = new Map(),
): Result<NodeConfig, string> {
  const settings: Settings = {}
  for (const name of listNames()) {
    const problem = readSetting(name, environment, settings)
    if (problem !== undefined) {
      return err(`${places.get(SETTINGS[name].variable) ?? ''}${problem}`)
    }
  }
  if (!isComplete(settings)) throw new Error('a setting was neither read nor refused')
  if (settings.host === ANY_HOST && settings.publicHost === undefined) {
    return err(UNKNOWN_PUBLIC_HOST)
  }
  if (!isOperatorGuarded(settings)) return err(UNGUARDED_OPERATOR)
  if (settings.filesS3Endpoint !== undefined && findS3Place(settings) === undefined) {
    return err(INCOMPLETE_STORE)
  }
  return ok(settings)
}

/** The variables of this process. */
export function readEnvironment(): Environment {
  return process.env
}
