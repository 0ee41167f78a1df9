/**
 * The text that `sotto net up` and `sotto net status` show a person: what runs, where, and what to type next.
 *
 * @module
 */

import type { Introspection, IntrospectedNode } from '@sotto/devnet/introspection'
import { DEFAULT_BASE_PORT, LOOPBACK_HOST } from '@sotto/devnet/port-plan'
import { listTroubles } from './list-troubles.ts'
import type { Runner } from './runner.ts'

const SWARM_ID_DIGITS = 16
const NAMES_PER_LINE = 6
/** The id of nodes that keep no messages. */
const NO_SWARM = 'f'.repeat(SWARM_ID_DIGITS)
const DEFAULT_NETWORK = `http://${LOOPBACK_HOST}:${DEFAULT_BASE_PORT}`

function groupBySwarm(nodes: readonly IntrospectedNode[]): Map<string, IntrospectedNode[]> {
  return Map.groupBy(nodes, (node) => node.swarm)
}

function describeNode(node: IntrospectedNode): string {
  const marks = [
    ...(node.state === 'ready' ? [] : [node.state]),
    ...(node.standing === undefined || node.standing.state === 'active'
      ? []
      : [node.standing.state]),
  ]
  return marks.length === 0 ? node.name : `${node.name} (${marks.join(', ')})`
}

function layOutSwarm(id: string, nodes: readonly IntrospectedNode[]): string[] {
  const names = nodes.map(describeNode)
  const lines: string[] = []
  for (let start = 0; start < names.length; start += NAMES_PER_LINE) {
    const label = start === 0 ? nameSwarm(id) : ''.padEnd(SWARM_ID_DIGITS)
    lines.push(`    ${label}  ${names.slice(start, start + NAMES_PER_LINE).join('  ')}`)
  }
  return lines
}

function nameSwarm(id: string): string {
  if (id === '') return 'not listed'.padEnd(SWARM_ID_DIGITS)
  return id === NO_SWARM ? 'in no swarm'.padEnd(SWARM_ID_DIGITS) : id.padStart(SWARM_ID_DIGITS, '0')
}

/** The swarms of the network with their nodes; a node that does not serve is marked. */
function describeSwarms(network: Introspection): string {
  const groups = groupBySwarm(network.nodes)
  const { length } = [...groups.keys()].filter((id) => id !== '' && id !== NO_SWARM)
  const heading = `  ${length === 1 ? 'One swarm' : `${length} swarms`}${describeReplicas(network)}`
  return [heading, ...[...groups].flatMap(([id, nodes]) => layOutSwarm(id, nodes))].join('\n')
}

/** How many copies of a message there are where they are fewest. */
function describeReplicas({ swarms }: Introspection): string {
  if (swarms.length === 0) return ''
  const serving = Math.min(...swarms.map((swarm) => swarm.serving))
  const nodes = Math.max(...swarms.map((swarm) => swarm.nodes))
  return `, at least ${serving} of up to ${nodes} replicas serving`
}

function describeEpoch({ epoch, nodes }: Introspection): string {
  if (epoch === undefined) return ''
  const seconds = epoch.epochMs / 1000
  const credits = nodes.flatMap(({ standing }) => standing?.creditEpochs ?? [])
  const least =
    credits.length === 0 ? '' : `; least credit ${Math.floor(Math.min(...credits))} epochs`
  const signed = `${epoch.signatures} of ${epoch.authorities} authorities (${epoch.threshold} needed)`
  return [
    `  Epoch ${epoch.number} of ${seconds} s, ${epoch.freshness}, signed by ${signed}${least}`,
    ...nodes.flatMap(({ name, standing }) => {
      if (standing === undefined || standing.reasons.length === 0) return []
      return [`    ${name} is ${standing.state}: ${standing.reasons.join(', ')}`]
    }),
  ].join('\n')
}

function describePlaces(network: Introspection, statePath: string | undefined): string {
  const [first] = network.nodes
  return [
    `  Introspection  ${network.introspect}  (all of this as JSON)`,
    `  Seed URL       ${network.seedUrl}  (what a client needs to know)`,
    ...(first === undefined
      ? []
      : [
          `  First node     https://${first.host}:${first.ports.https}  web http://${first.host}:${first.ports.web}`,
        ]),
    ...(statePath === undefined ? [] : [`  State, logs    ${statePath}`]),
  ].join('\n')
}

function describeAccounts(network: Introspection): string {
  const [alice, bob] = network.accounts
  return [alice, bob]
    .flatMap((account) =>
      account === undefined
        ? []
        : [
            `    ${account.name.padEnd(5)}  ${account.accountId}`,
            `           ${account.recoveryPhrase}`,
          ],
    )
    .join('\n')
}

// Commands find the network at its default place by themselves.
function writeCommand(network: Introspection, runner: Runner, command: string): string {
  const place = network.introspect === DEFAULT_NETWORK ? '' : ` --network ${network.introspect}`
  return `    ${runner} sotto ${command}${place}`
}

function describeNextSteps(network: Introspection, runner: Runner): string {
  const bob = network.accounts.find(({ name }) => name === 'bob')
  if (bob === undefined) return ''
  const { accountId, recoveryPhrase } = bob
  return [
    '  Next, in a second terminal: make an account and write to bob',
    `    ${runner} sotto account create --home .sotto/me`,
    writeCommand(network, runner, `send --home .sotto/me --to ${accountId} "hello"`),
    '',
    '  Then be bob and read it',
    `    ${runner} sotto account restore --home .sotto/bob --phrase "${recoveryPhrase}"`,
    writeCommand(network, runner, 'read --home .sotto/bob'),
  ].join('\n')
}

/** One line that says how the network is. */
function describeHealth(network: Introspection): string {
  const serving = network.nodes.filter((node) => node.state === 'ready').length
  const total = network.nodes.length
  if (!network.ready) return `Network "${network.name}" is starting.`
  return serving === total
    ? `Network "${network.name}" is ready: ${total} nodes.`
    : `Network "${network.name}": ${serving} of ${total} nodes are ready.`
}

function describeTroubles(network: Introspection): readonly string[] {
  const troubles = listTroubles(network)
  if (troubles.length === 0) return []
  return [['  What is wrong', ...troubles.map((line) => `    ${line}`)].join('\n')]
}

/** What `net status` shows: health, places, swarms and troubles. Where the state is, is known of networks of this folder. */
export function composeStatus(network: Introspection, statePath?: string): string {
  return [
    describeHealth(network),
    describePlaces(network, statePath),
    describeSwarms(network),
    ...(network.epoch === undefined ? [] : [describeEpoch(network)]),
    ...describeTroubles(network),
  ].join('\n\n')
}

export interface BannerOptions {
  readonly statePath: string
  readonly runner: Runner
  /** How to end this network. */
  readonly ending: string
}

/** Everything a newcomer needs after `net up`. */
export function composeBanner(network: Introspection, options: BannerOptions): string {
  return [
    describeHealth(network),
    describePlaces(network, options.statePath),
    describeSwarms(network),
    `  Two accounts to try\n${describeAccounts(network)}`,
    describeNextSteps(network, options.runner),
    options.ending,
  ].join('\n\n')
}
