/** When a node that leaves may say that others keep everything (spec 08 §4.4, spec 10 §9.5). */

import { describe, expect, it } from 'vitest'
import {
  createMessage,
  HOUR_MS,
  listHashes,
  NOW_MS,
  retrieve,
  storeAll,
} from '../store/store-fixture.ts'
import { startSwarm } from './leaving-fixture.ts'

function createMessages(count: number) {
  return Array.from({ length: count }, (_, index) =>
    createMessage({ text: `message ${index}`, expiryMs: NOW_MS + 24 * HOUR_MS }),
  )
}

describe('a node that leaves', () => {
  it('gives two others what they lack, keeps its own, and then counts nothing', async () => {
    const messages = createMessages(5)
    await using swarm = await startSwarm(3, { messages })
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(0)
    const hashes = messages.map(({ hash }) => hash).toSorted()
    for (const index of [0, 1, 2]) {
      const page = retrieve(swarm.at(index).store, { nowMs: swarm.clock.now() })
      expect(listHashes(page).toSorted()).toEqual(hashes)
    }
  })

  it('counts what one of two has not confirmed, until that one is back', async () => {
    await using swarm = await startSwarm(3, { messages: createMessages(4) })
    swarm.at(2).isDown = true
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(4)
    swarm.at(2).isDown = false
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(0)
    expect(swarm.at(2).store.records.measure().messages).toBe(4)
  })

  it('counts everything where nobody answers', async () => {
    await using swarm = await startSwarm(3, { messages: createMessages(4) })
    swarm.at(1).isDown = true
    swarm.at(2).isDown = true
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(4)
  })

  it('is content with one other where there is one', async () => {
    await using swarm = await startSwarm(2, { messages: createMessages(2) })
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(0)
    expect(swarm.at(1).store.records.measure().messages).toBe(2)
  })

  it('counts again in the next epoch, for what came in since', async () => {
    await using swarm = await startSwarm(3)
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(0)
    swarm.at(1).isDown = true
    await storeAll(swarm.at(0).store, createMessages(1))
    await swarm.passEpoch()
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBe(1)
  })

  it('has nothing to count before it leaves, and the others never', async () => {
    await using swarm = await startSwarm(3, { state: 'active', messages: createMessages(1) })
    await swarm.passEpoch()
    expect(swarm.at(0).service.unconfirmed).toBeUndefined()
    await using other = await startSwarm(3)
    await other.passEpoch()
    expect(other.at(1).service.unconfirmed).toBeUndefined()
  })

  it('knows when it was last found to have the same records as another', async () => {
    await using swarm = await startSwarm(2)
    expect(swarm.at(1).service.reconciledMs.size).toBe(0)
    await swarm.passEpoch()
    expect(swarm.at(1).service.reconciledMs.size).toBe(1)
    expect(swarm.at(1).service.behindCount).toBe(0)
  })
})
