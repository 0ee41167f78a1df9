/** The seam at the store: what stands in front of it decides what requests see, and the node still owns the file. */
import { err } from '@sotto/crypto/result'
import { parseAccountBytes, type AccountBytes } from '@sotto/protocol/swarm'
import { describe, expect, it } from 'vitest'
import type { MessageStore } from '../../src/store/message-store.ts'
import { startTestNodes } from '../network/test-nodes.ts'

const DAY_MS = 86_400_000
const ACCOUNT_ID = `05${'11'.repeat(32)}`
const ACCOUNT_BYTES = readAccount(ACCOUNT_ID)

function readAccount(accountId: string): AccountBytes {
  const account = parseAccountBytes(accountId)
  if (account === undefined) throw new Error('no account id')
  return account
}

async function store(url: string): Promise<number> {
  const params = {
    pubkey: ACCOUNT_ID,
    timestamp: Date.now(),
    ttl: DAY_MS,
    data: Buffer.from('text').toString('base64'),
    namespace: 0,
  }
  const body = JSON.stringify({ method: 'store', params })
  return (await fetch(`${url}/storage_rpc/v1`, { method: 'POST', body })).status
}

describe('a store that stands in front of the node’s own', () => {
  it('answers the requests', async () => {
    const wrapStore = (own: MessageStore): MessageStore => {
      const full: Pick<MessageStore, 'store'> = { store: () => Promise.resolve(err('full')) }
      return new Proxy(own, {
        get: (target, name) => {
          const value: unknown = Reflect.get(name in full ? full : target, name)
          return typeof value === 'function' ? (value.bind(target) as unknown) : value
        },
      })
    }
    await using nodes = await startTestNodes({ overrides: { wrapStore } })
    expect(await store(nodes.at(0).webUrl)).toBe(500)
  })

  it('need not be disposed of: the node closes its own', async () => {
    let own: MessageStore | undefined
    const wrapStore = (wrapped: MessageStore): MessageStore => {
      own = wrapped
      return wrapped
    }
    {
      await using nodes = await startTestNodes({ overrides: { wrapStore } })
      expect(await store(nodes.at(0).webUrl)).toBe(200)
    }
    expect(() => own?.isRevoked(ACCOUNT_BYTES, new Uint8Array(36))).toThrow(/not open/u)
  })
})
