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
import { type ForeignNode, bootstrap, callStorage } from '../foreign/foreign-rpc.ts'

const DATABASE_BYTES = 512 * 1024
const TEXT_LENGTH = 32 * 1024
/** More than the database can hold. */
const STORES_MAX = 64

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
