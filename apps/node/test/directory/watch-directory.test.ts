/** What follows in a node from a new view of the network, and what it says of itself (spec 07 §7, §10). */
import { decodeDescriptor, type NodeDescriptor } from '@sotto/protocol/directory'
import { describe as suite, expect, it } from 'vitest'
import { createOwnDescriptor } from '../../src/directory/own-descriptor.ts'
import { watchDirectory } from '../../src/directory/watch-directory.ts'
import type { NodeBase } from '../../src/node-base.ts'
import { SOFTWARE_VERSION } from '../../src/software-version.ts'
import { createTestConfig, SILENT_EVENTS } from '../network/test-nodes.ts'
import {
  ALL_RECORDS,
  createDocument,
  createKeeper,
  encode,
  EPOCH_MS,
  followDocument,
  identityOf,
  keyOf,
  START_MS,
} from './directory-fixture.ts'

const ALL = createDocument()

function createWatched() {
  const { clock, keeper } = createKeeper()
  const told: string[] = []
  const kept: string[] = []
  const events = {
    ...SILENT_EVENTS,
    directoryLoaded: (nodes: number, height: number) => void told.push(`${nodes} at ${height}`),
    ready: () => void told.push('ready'),
    notListed: () => void told.push('not listed'),
  }
  const base: Pick<NodeBase, 'keeper' | 'identity' | 'events'> = {
    keeper,
    identity: identityOf(0),
    events,
  }
  const cancel = watchDirectory(base, {
    retain(isThere) {
      kept.splice(0, kept.length, ...[0, 1, 99].map(keyOf).filter(isThere))
    },
  })
  return { clock, keeper, told, kept, cancel }
}

suite('watchDirectory', () => {
  it('closes links to nodes that are gone, and says so when the own listing changes', () => {
    const { clock, keeper, told, kept } = createWatched()
    keeper.accept(encode(ALL))
    expect(told.splice(0)).toEqual(['5 at 10', 'ready'])
    expect(kept).toEqual([keyOf(0), keyOf(1)])
    const without = followDocument(ALL, { records: ALL_RECORDS.slice(1) })
    keeper.accept(encode(without))
    clock.step(EPOCH_MS)
    expect(told.splice(0)).toEqual(['4 at 11', 'not listed'])
    expect(kept).toEqual([keyOf(1)])
    keeper.accept(encode(followDocument(without, { records: ALL_RECORDS.slice(1) })))
    clock.step(EPOCH_MS)
    expect(told.splice(0)).toEqual(['4 at 12'])
  })

  it('hears nothing any more once it is cancelled', () => {
    const { keeper, told, cancel } = createWatched()
    cancel()
    keeper.accept(encode(ALL))
    expect(told).toEqual([])
  })
})

suite('createOwnDescriptor', () => {
  const ports = { https: 1, web: 2, peer: 3 }

  function describeOwn(settings: Record<string, string>, isLeaving = false): NodeDescriptor {
    const bytes = createOwnDescriptor({
      config: createTestConfig('/nowhere', settings),
      identity: identityOf(0),
      ports,
      nowMs: START_MS,
      isLeaving,
    })
    const signed = decodeDescriptor(bytes)
    if (!signed.ok) throw signed.error
    return signed.value.descriptor
  }

  it('says what the operator configured, signed by both keys', () => {
    const { signing, agreement, legacy, hybrid } = identityOf(0)
    const settings = {
      SOTTO_PUBLIC_HOST: '203.0.113.7',
      SOTTO_NODE_NAME: 'one',
      SOTTO_CONTACT: 'operator@example.org',
    }
    expect(describeOwn(settings)).toEqual({
      ed25519: signing.publicKey,
      x25519: agreement.publicKey,
      legacy: legacy.publicKey,
      hybrid: hybrid.publicKey,
      host: '203.0.113.7',
      ports,
      roles: ['storage'],
      software: SOFTWARE_VERSION,
      contact: 'operator@example.org',
      name: 'one',
      issuedAt: START_MS,
      isLeaving: false,
    })
  })

  it('has the host that it listens on where no public one is configured', () => {
    expect(describeOwn({ SOTTO_HOST: '127.0.0.1' }).host).toBe('127.0.0.1')
  })

  it('names the role of an authority, and that it leaves', () => {
    const own = describeOwn({ SOTTO_AUTHORITY_SEED: '09'.repeat(32) }, true)
    expect([own.roles, own.isLeaving]).toEqual([['storage', 'directory'], true])
  })
})
