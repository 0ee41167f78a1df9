/**
 * A container network in which each node has an address of its own choosing, in a /24 of its own.
 *
 * Clients take one node of a /24 for a path, as they must on the real network, so nodes that an engine numbers one
 * after the other could form no path. A chosen address also survives a restart, which an engine's does not.
 *
 * @module
 */

import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { type ContainerRuntimeClient, GenericContainer } from 'testcontainers'
import { ENGINE_LABEL, connectContainerEngine } from './container-engine.ts'

/** Private ranges to try in turn: one may be in use on this machine. */
const SUBNET_PREFIXES = ['10.213', '10.214', '10.215', '172.29', '172.30'] as const
const NODE_HOST_NUMBER = 10

type EngineNetwork = Awaited<ReturnType<ContainerRuntimeClient['network']['create']>>

export interface ContainerNetwork extends AsyncDisposable {
  readonly name: string
  /** The address of the node with this 1-based number. */
  addressOf(number: number): string
  /** Pulls the cable of a container, which keeps what it has and reaches nobody. */
  disconnect(containerId: string): Promise<void>
  /** Puts it back, with the address that the container had. */
  connect(containerId: string, address: string): Promise<void>
}

// An engine refuses a range that it gave away itself, but not one that another engine or a tunnel has: the host would
// then send the packets there.
// A bridge that an engine left behind when it was killed still has its route, and is down.
async function listRoutedPrefixes(): Promise<ReadonlySet<string>> {
  const table = await readFile('/proc/net/route', 'utf8')
  const destinations = table.split('\n').map((line) => line.split('\t')[1] ?? '')
  return new Set(destinations.map(readPrefix))
}

/** The first two bytes of an address that is written as a little-endian number in hexadecimal. */
function readPrefix(destination: string): string {
  return Buffer.from(destination, 'hex').toReversed().slice(0, 2).join('.')
}

async function createNetwork(
  prefixes: readonly string[],
): Promise<{ name: string; prefix: string; network: EngineNetwork }> {
  const [prefix, ...others] = prefixes
  if (prefix === undefined) throw new Error('no private range is free for a container network')
  const client = await connectContainerEngine()
  const name = `sotto-e2e-${randomUUID()}`
  try {
    const network = await client.network.create({
      Name: name,
      Driver: 'bridge',
      Labels: { [ENGINE_LABEL]: 'true' },
      IPAM: { Driver: 'default', Config: [{ Subnet: `${prefix}.0.0/16` }] },
    })
    return { name, prefix, network }
  } catch (error) {
    if (others.length === 0) throw error
    return createNetwork(others)
  }
}

/** A network that nothing else on this machine uses. */
export async function createContainerNetwork(): Promise<ContainerNetwork> {
  const routed = await listRoutedPrefixes()
  const free = SUBNET_PREFIXES.filter((prefix) => !routed.has(prefix))
  const { name, prefix, network } = await createNetwork(free)
  return {
    name,
    addressOf: (number) => `${prefix}.${number}.${NODE_HOST_NUMBER}`,
    async disconnect(containerId) {
      await network.disconnect({ Container: containerId, Force: true })
    },
    async connect(containerId, address) {
      const EndpointConfig = { IPAMConfig: { IPv4Address: address } }
      await network.connect({ Container: containerId, EndpointConfig })
    },
    async [Symbol.asyncDispose]() {
      await network.remove()
    },
  }
}

/** A container with a fixed address on such a network. */
export class AddressedContainer extends GenericContainer {
  withAddress(network: ContainerNetwork, address: string): this {
    this.createOpts.NetworkingConfig = {
      EndpointsConfig: { [network.name]: { IPAMConfig: { IPv4Address: address } } },
    }
    return this.withNetworkMode(network.name)
  }
}
