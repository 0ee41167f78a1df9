/**
 * What a node acknowledged is on disk: a power cut in the middle of a thousand stores loses none of it.
 *
 * The network has one node, so that no other member of the swarm can make up for a loss.
 */

import { type Network, startNetwork } from '@sotto/devnet/network'
import { describe, expect, it } from 'vitest'
import { type ForeignAccount, createForeignAccount } from '../foreign/foreign-account.ts'
import { retrieveHashes, writeStoreParams } from '../foreign/foreign-messages.ts'
import { type ForeignNode, bootstrap, callStorage } from '../foreign/foreign-rpc.ts'

const STORES = 1000
const IN_FLIGHT = 32
/** The kill falls after this many acknowledgements, with `IN_FLIGHT` more stores under way. */
const KILL_AFTER = 400
const TEXT_LENGTH = 1024

// Stores until all are sent or the node is gone; returns the hashes that were acknowledged.
async function storeAndKill(
  network: Network,
  node: ForeignNode,
  account: ForeignAccount,
): Promise<ReadonlySet<string>> {
  const acknowledged = new Set<string>()
  let next = 0
  let killed: Promise<void> | undefined
  const storeNext = async (): Promise<void> => {
    if (next >= STORES || killed !== undefined) return
    const index = next++
    const params = writeStoreParams(account, `store ${index} `.padEnd(TEXT_LENGTH, 'x'))
    // Its own source address for each few requests: the rate limit counts per address.
    const from = `127.0.1.${(index % 200) + 1}`
    const reply = await callStorage(node, 'store', params, from).catch(() => undefined)
    if (reply?.status === 200) acknowledged.add(String(reply.json['hash']))
    if (acknowledged.size >= KILL_AFTER) killed ??= network.kill('node-01')
    await storeNext()
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, storeNext))
  await killed
  return acknowledged
}

describe('a node killed with SIGKILL in the middle of 1,000 stores', () => {
  it('has every store that it acknowledged after its restart', async () => {
    await using network = await startNetwork({ nodes: 1, seed: 'killed', driver: 'child-process' })
    const [node] = (await bootstrap(network.seedUrl)).nodes
    if (node === undefined) throw new Error('no node')
    const account = createForeignAccount()
    const acknowledged = await storeAndKill(network, node, account)
    expect(acknowledged.size).toBeGreaterThanOrEqual(KILL_AFTER)
    expect(network.nodes[0]?.state).toBe('killed')
    await network.start('node-01')
    const kept = new Set(await retrieveHashes(node, account))
    expect([...acknowledged].filter((hash) => !kept.has(hash))).toEqual([])
  })
})
