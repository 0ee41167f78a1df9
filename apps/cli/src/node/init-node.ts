/**
 * `sotto node init`: makes the folder of a new node and says what comes next.
 *
 * @module
 */
import { resolve } from 'node:path'
import { createHome, type HomeKeys } from '@sotto/node/home'
import { nameProgram } from '../name-program.ts'
import type { Outcome } from '../output.ts'
import { type NetworkDescription, readNetworkDescription } from './network-description.ts'

export interface InitOptions {
  readonly home: string
  readonly network?: string
  readonly host?: string
  readonly publicHost?: string
  readonly name?: string
  readonly contact?: string
  readonly httpsPort?: string
  readonly webPort?: string
  readonly peerPort?: string
  readonly operatorPort?: string
  readonly authority?: boolean
}

/** Beside the three that others reach. */
const OPERATOR_PORT = '22024'
const EVERY_ADDRESS = '0.0.0.0'

/** A node that others reach from outside listens on more than loopback. */
function chooseHost({ host, publicHost }: InitOptions): string | undefined {
  if (host !== undefined || publicHost === undefined || publicHost.startsWith('127.')) return host
  return EVERY_ADDRESS
}

/** What is not known yet stands in the file with nothing behind it, for the operator to fill in. */
function listSettings(
  options: InitOptions,
  network: NetworkDescription | undefined,
): ReadonlyMap<string, string> {
  const settings: readonly (readonly [string, string | undefined])[] = [
    ['SOTTO_HOST', chooseHost(options)],
    ['SOTTO_PUBLIC_HOST', options.publicHost],
    ['SOTTO_HTTPS_PORT', options.httpsPort],
    ['SOTTO_WEB_PORT', options.webPort],
    ['SOTTO_PEER_PORT', options.peerPort],
    ['SOTTO_OPERATOR_PORT', options.operatorPort ?? OPERATOR_PORT],
    ['SOTTO_NETWORK_ID', network?.network ?? ''],
    ['SOTTO_DIRECTORY_KEYS', network?.authorities.join(',') ?? ''],
    ['SOTTO_DIRECTORY_THRESHOLD', network?.threshold?.toString()],
    ['SOTTO_SEEDS', network?.seeds.join(',') ?? ''],
    ['SOTTO_NODE_NAME', options.name],
    ['SOTTO_CONTACT', options.contact],
  ]
  return new Map(settings.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}

function composeNextSteps(home: string, network: NetworkDescription | undefined): string {
  const program = nameProgram()
  const steps =
    network === undefined
      ? [`fill in SOTTO_NETWORK_ID, SOTTO_DIRECTORY_KEYS and SOTTO_SEEDS in ${home}/node.env`]
      : [
          `compare with what the network publishes: whoever has these keys decides for this node\n` +
            network.authorities.map((key) => `     authority ${key}`).join('\n'),
        ]
  steps.push(
    `back up its keys:  ${program} node keys backup --home ${home} --out node-keys.backup`,
    `start it:          ${program} node run --home ${home}`,
    `ask how it is:     ${program} node status --home ${home}`,
  )
  return steps.map((step, index) => `  ${index + 1}. ${step}`).join('\n')
}

function describeKeys({ node, authority }: HomeKeys): string {
  const own = `Its key is ${node}`
  return authority === undefined ? own : `${own}\nIts authority key is ${authority}`
}

/** Throws when the folder holds a node, and for a setting that a node would refuse. */
export async function initNode(options: InitOptions): Promise<Outcome> {
  const home = resolve(options.home)
  const network =
    options.network === undefined ? undefined : await readNetworkDescription(options.network)
  const isAuthority = options.authority === true
  const keys = await createHome(home, { settings: listSettings(options, network), isAuthority })
  const text = [
    `${home} holds a new node.`,
    describeKeys(keys),
    'Next:',
    composeNextSteps(home, network),
  ].join('\n')
  return { json: { home, ...keys }, text }
}
