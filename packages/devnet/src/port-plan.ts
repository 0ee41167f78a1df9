/**
 * Which port belongs to what, and whether the ports of a plan are free.
 *
 * The base port serves introspection; node *i* (counted from 1) has base + 3i − 2 for HTTPS, base + 3i − 1
 * for the web listener and base + 3i for peers; the role `files` of node *i* has base − i, and the role
 * `preview` base − 100 − i. A base port of 0 asks the system for any free port everywhere.
 *
 * @module
 */

import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { DevnetError } from './errors.ts'
import type { NodePorts } from './introspection.ts'

/** Every listener of a local network is on loopback only. */
export const LOOPBACK_HOST = '127.0.0.1'
export const DEFAULT_BASE_PORT = 22_100
/** More would not fit on a developer's machine, and the port plan wants a bound. */
export const NODE_COUNT_MAX = 100

const PORTS_PER_NODE = 3
const PORT_MAX = 65_535
const PORTS_NAMED_MAX = 3
/** Ports that the system chooses. */
export const ANY_PORT: NodePorts = { https: 0, web: 0, peer: 0 }

/** The ports of the node with this 1-based number. */
export function planNodePorts(basePort: number, number: number): NodePorts {
  if (basePort === 0) return ANY_PORT
  const first = basePort + PORTS_PER_NODE * (number - 1) + 1
  return { https: first, web: first + 1, peer: first + 2 }
}

/** Throws unless the base port leaves room for this many nodes. */
export function assertPortRange(
  basePort: number,
  { nodes, files = 0, previews = 0 }: PortNeeds,
): void {
  const last = basePort === 0 ? 0 : basePort + PORTS_PER_NODE * nodes
  const isPort =
    Number.isInteger(basePort) && (basePort === 0 || basePort + planLowest(files, previews) > 0)
  if (isPort && last <= PORT_MAX) return
  throw new DevnetError(
    'invalid_options',
    `Base port ${basePort} with ${nodes} nodes would need ports up to ${last}; the last possible one is ${PORT_MAX}.`,
  )
}

async function isPortFree(port: number): Promise<boolean> {
  const probe = createServer()
  const listening = once(probe, 'listening').then(
    () => true,
    () => false,
  )
  probe.listen({ port, host: LOOPBACK_HOST, exclusive: true })
  const free = await listening
  if (free) await new Promise<void>((resolve) => probe.close(() => resolve()))
  return free
}

/** The port for the role `files` of the node with this 1-based number. */
export function planFilesPort(basePort: number, number: number): number {
  return basePort === 0 ? 0 : basePort - number
}

/** The same for the role `preview`. */
export function planPreviewPort(basePort: number, number: number): number {
  return basePort === 0 ? 0 : basePort - NODE_COUNT_MAX - number
}

/** Where the lowest port is, from the base. */
function planLowest(files: number, previews: number): number {
  return previews === 0 ? -files : -NODE_COUNT_MAX - previews
}

export interface PortNeeds {
  readonly nodes: number
  /** How many of the nodes have the role `files`. */
  readonly files?: number
  readonly previews?: number
}

/** The planned ports, the base port among them, that another program holds. */
export async function findTakenPorts(
  basePort: number,
  { nodes, files = 0, previews = 0 }: PortNeeds,
): Promise<readonly number[]> {
  if (basePort === 0) return []
  const length = files + 1 + PORTS_PER_NODE * nodes
  const ports = [
    ...Array.from({ length: previews }, (_, index) => planPreviewPort(basePort, previews - index)),
    ...Array.from({ length }, (_, index) => basePort - files + index),
  ]
  const free = await Promise.all(ports.map(isPortFree))
  return ports.filter((_, index) => free[index] === false)
}

const RETRY_INTERVAL_MS = 100

async function waitForFreePorts(
  basePort: number,
  needs: PortNeeds,
  graceMs: number,
): Promise<readonly number[]> {
  const taken = await findTakenPorts(basePort, needs)
  if (taken.length === 0 || graceMs <= 0) return taken
  await delay(RETRY_INTERVAL_MS)
  return waitForFreePorts(basePort, needs, graceMs - RETRY_INTERVAL_MS)
}

/**
 * Throws when a planned port is taken. The nodes of a network whose supervisor was killed end by
 * themselves, but not in the same instant; `graceMs` is how long they may take.
 */
export async function assertPortsFree(
  basePort: number,
  needs: PortNeeds,
  graceMs = 0,
): Promise<void> {
  const taken = await waitForFreePorts(basePort, needs, graceMs)
  if (taken.length === 0) return
  const list = taken.slice(0, PORTS_NAMED_MAX).join(', ')
  const more = taken.length > PORTS_NAMED_MAX ? ` and ${taken.length - PORTS_NAMED_MAX} more` : ''
  throw new DevnetError(
    'port_taken',
    `Port ${list}${more} on ${LOOPBACK_HOST} is in use by another program; choose another range with --base-port.`,
  )
}
