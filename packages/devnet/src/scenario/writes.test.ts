import { ClientError } from '@sotto/client/errors'
import { createMessenger, type Messenger } from '@sotto/client/engine'
import { MemoryFileStore } from '@sotto/client/memory'
import { zstdCompression } from '@sotto/client-node/compression'
import { openDatabase } from '@sotto/client-node/database'
import { deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import { err, ok } from '@sotto/crypto/result'
import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { deriveAccountSeed } from '../seeds.ts'
import type { Person } from './people.ts'
import { Writes } from './writes.ts'

type Sent = Awaited<ReturnType<Messenger['send']>>

const FAILED: Sent = err(new ClientError('node_failed'))

function unreached(): never {
  throw new Error('nothing is sent here')
}

/** A person whose messages go where the test says. */
function createPerson(name: string, send: (text: string) => Promise<Sent>): Person {
  const account = deriveAccount(deriveAccountSeed('writes', name))
  const messenger = createMessenger({
    ports: {
      transport: { post: unreached, get: unreached },
      clock: createFakeClock(),
      randomness: systemRandomness,
      database: openDatabase(),
      compression: zstdCompression,
      files: new MemoryFileStore(),
    },
    network: { seedUrls: [] },
    account,
  })
  return { name, account, messenger: { ...messenger, send: ({ text }) => send(text) } }
}

function accept(text: string): Promise<Sent> {
  const sent = { messageHash: `hash of ${text}`, path: [], storedOn: ['aa'], sentAtMs: 1 }
  return Promise.resolve(ok(sent))
}

function createWrites(send: (text: string) => Promise<Sent>, perSecond = 10) {
  const clock = createFakeClock()
  const people = ['alice', 'bob', 'carol'].map((name) => createPerson(name, send))
  return { clock, writes: new Writes({ people, perSecond, clock }) }
}

describe('writes', () => {
  it('go on at their rate until they are stopped', async () => {
    const { clock, writes } = createWrites(accept)
    writes.start()
    await clock.advance(950)
    expect(writes.counts.acknowledged).toBe(10)
    await writes.stop()
    await clock.advance(5000)
    expect(writes.counts.acknowledged).toBe(10)
    expect(clock.pending).toBe(0)
  })

  it('go from each person to each other, with texts that differ', async () => {
    const { clock, writes } = createWrites(accept)
    writes.start()
    await clock.advance(1100)
    await writes.stop()
    const receivers = writes.acknowledged.map(({ to }) => to.name)
    expect(receivers.slice(0, 6)).toEqual(['bob', 'carol', 'alice', 'carol', 'alice', 'bob'])
    expect(new Set(writes.acknowledged.map(({ text }) => text)).size).toBe(receivers.length)
  })

  it('are waited for', async () => {
    const { clock, writes } = createWrites(accept)
    writes.start()
    let isThere = false
    const waiting = writes.waitFor(5).then(() => (isThere = true))
    await clock.advance(390)
    expect(isThere).toBe(false)
    await clock.advance(10)
    await waiting
    await writes.waitFor(5)
    await writes.stop()
  })

  it('that fail are sent again as new ones, until one is acknowledged', async () => {
    const texts: string[] = []
    const { clock, writes } = createWrites((text) => {
      texts.push(text)
      return texts.length < 3 ? Promise.resolve(FAILED) : accept(text)
    }, 1)
    writes.start()
    const stopped = writes.stop()
    await clock.advance(0)
    await clock.advance(2000)
    await stopped
    expect(texts).toEqual(['message 0, try 1', 'message 0, try 2', 'message 0, try 3'])
    expect(writes.acknowledged.map(({ text }) => text)).toEqual(['message 0, try 3'])
    expect(writes.counts).toMatchObject({ acknowledged: 1, failed: 0, retries: 2, slowestMs: 1000 })
  })

  it('are given up when their time is over', async () => {
    const { clock, writes } = createWrites(() => Promise.resolve(FAILED), 1)
    writes.start()
    const stopped = writes.stop()
    await clock.advance(0)
    await clock.advance(60_000)
    await stopped
    expect(writes.counts).toMatchObject({ acknowledged: 0, failed: 1 })
    expect(clock.pending).toBe(0)
  })

  it('are given up at once when nobody waits for them any more', async () => {
    const { clock, writes } = createWrites(() => Promise.resolve(FAILED), 1)
    writes.start()
    await clock.advance(100)
    writes.giveUp()
    await clock.advance(1000)
    expect(writes.counts.failed).toBe(1)
    expect(clock.pending).toBe(0)
  })

  it('do not pile up without end when the network hangs', async () => {
    const hanging = Promise.withResolvers<Sent>()
    const { clock, writes } = createWrites(() => hanging.promise, 100)
    writes.start()
    await clock.advance(2000)
    expect(writes.counts.skipped).toBeGreaterThan(100)
    hanging.resolve(FAILED)
    writes.giveUp()
    await clock.advance(1000)
  })
})
