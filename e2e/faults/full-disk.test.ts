/**
 * A node whose disk is full says so, keeps what it has, and goes on when there is room again.
 */

import { startNetwork } from '@sotto/devnet/network'
import { describe, expect, it } from 'vitest'
import { type ForeignAccount, createForeignAccount } from '../foreign/foreign-account.ts'
import {
  retrieveHashes,
  writeDeleteAllParams,
  writeStoreParams,
} from '../foreign/foreign-messages.ts'
import { findDiskObstacle, mountSmallDisk } from '../cluster/small-disk.ts'
import { type ForeignNode, bootstrap, callStorage } from '../foreign/foreign-rpc.ts'

const DATABASE_BYTES = 512 * 1024
const DISK_BYTES = 12 * 1024 * 1024
/** Of the disk, what something else than the node has taken. */
const OCCUPIED_BYTES = 10 * 1024 * 1024
const TEXT_LENGTH = 32 * 1024
/** More than database or disk can hold. */
const STORES_MAX = 128

interface Filled {
  readonly acknowledged: readonly string[]
  readonly refusal: number
}

async function fillDisk(node: ForeignNode, account: ForeignAccount): Promise<Filled> {
  const acknowledged: string[] = []
  for (let index = 0; index < STORES_MAX; index++) {
    const params = writeStoreParams(account, `${index} `.padEnd(TEXT_LENGTH, 'x'))
    const { status, json } = await callStorage(node, 'store', params)
    if (status !== 200) return { acknowledged, refusal: status }
    acknowledged.push(String(json['hash']))
  }
  throw new Error('the disk never became full')
}

describe('a full disk', () => {
  it('is answered with 5xx, loses nothing acknowledged, and is over when space returns', async () => {
    const settings = { SOTTO_DATABASE_MAX_BYTES: String(DATABASE_BYTES) }
    await using network = await startNetwork({ nodes: 1, seed: 'full-disk', settings })
    const [node] = (await bootstrap(network.seedUrl)).nodes
    if (node === undefined) throw new Error('no node')
    const account = createForeignAccount()
    const { acknowledged, refusal } = await fillDisk(node, account)
    expect(refusal).toBeGreaterThanOrEqual(500)
    expect(acknowledged.length).toBeGreaterThan(0)
    expect(await retrieveHashes(node, account)).toEqual(acknowledged)
    await network.kill('node-01')
    await network.start('node-01')
    expect(await retrieveHashes(node, account)).toEqual(acknowledged)
    const deletion = await callStorage(node, 'delete_all', writeDeleteAllParams(account))
    expect(deletion.status).toBe(200)
    const again = await callStorage(node, 'store', writeStoreParams(account, 'there is room'))
    expect(again.status).toBe(200)
    expect(await retrieveHashes(node, account)).toEqual([again.json['hash']])
  })
})

const obstacle = await findDiskObstacle()

describe.skipIf(obstacle !== undefined)(
  `a disk without a free byte (${obstacle ?? 'tmpfs'})`,
  () => {
    it('is answered with 5xx, leaves nothing half-written, and is over when something else gives way', async () => {
      await using disk = await mountSmallDisk(DISK_BYTES)
      await using network = await startNetwork({
        nodes: 1,
        seed: 'no-space',
        driver: 'child-process',
        stateDir: disk.path,
      })
      const [node] = (await bootstrap(network.seedUrl)).nodes
      if (node === undefined) throw new Error('no node')
      const account = createForeignAccount()
      await disk.occupy(OCCUPIED_BYTES)
      const { acknowledged, refusal } = await fillDisk(node, account)
      expect(refusal).toBeGreaterThanOrEqual(500)
      expect(acknowledged.length).toBeGreaterThan(0)
      expect(await retrieveHashes(node, account)).toEqual(acknowledged)
      await disk.giveBack()
      const again = await callStorage(node, 'store', writeStoreParams(account, 'there is room'))
      expect(again.status).toBe(200)
      const all = [...acknowledged, again.json['hash']]
      expect(await retrieveHashes(node, account)).toEqual(all)
      await network.kill('node-01')
      await network.start('node-01')
      expect(await retrieveHashes(node, account)).toEqual(all)
    })
  },
)
