/** A node's own proof of uptime, spec 09 §4: made anew, with flags that say how the node is. */
import { ok } from '@sotto/crypto/result'
import { decodeUptimeProof, PROOF_FLAGS, type UptimeProof } from '@sotto/protocol/health'
import { createFakeClock, type FakeClock } from '@sotto/testkit/fake-clock'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import { createProofSource } from '../../src/health/own-proof.ts'
import { SOFTWARE_VERSION } from '../../src/software-version.ts'
import type { RecordStore } from '../../src/store/record-store.ts'
import type { SqliteMessageStore } from '../../src/store/sqlite-message-store.ts'
import { createIdentity, createRecord } from '../link/link-fixture.ts'
import {
  createTestConfig,
  signTestEpoch,
  TEST_AUTHORITY,
  TEST_NETWORK_ID,
} from '../network/test-nodes.ts'
import { createMessage, openMemoryStore, storeAll } from '../store/store-fixture.ts'

const IDENTITY = createIdentity('proving node')
const MEASURE_INTERVAL_MS = 30_000

interface Bench extends AsyncDisposable {
  readonly clock: FakeClock
  readonly store: SqliteMessageStore
  readonly keeper: DirectoryKeeper
  readonly state: { isSyncing: boolean; isDraining: boolean }
  prove(): UptimeProof
}

function createBench(settings: Readonly<Record<string, string>> = {}, run = 'first run'): Bench {
  const clock = createFakeClock()
  const store = openMemoryStore()
  const authorities = { keys: [TEST_AUTHORITY.publicKey], threshold: 1 }
  const keeper = new DirectoryKeeper({ network: TEST_NETWORK_ID, authorities, clock })
  const records: RecordStore = store.records
  const config = createTestConfig('/nowhere', settings)
  const randomness = createSeededRandomness(run)
  const state = { isSyncing: false, isDraining: false }
  const create = createProofSource(
    { identity: IDENTITY, clock, keeper, records, config, randomness },
    { isSyncing: () => state.isSyncing, isDraining: () => state.isDraining },
  )
  return {
    clock,
    store,
    keeper,
    state,
    prove() {
      const proof = decodeUptimeProof(create())
      if (proof === undefined) throw new Error('the node’s own proof is none')
      return proof
    },
    async [Symbol.asyncDispose]() {
      keeper[Symbol.dispose]()
      await store[Symbol.asyncDispose]()
    },
  }
}

describe('a node’s own proof', () => {
  it('is its own, of now, by its software', async () => {
    await using bench = createBench()
    expect(bench.prove()).toMatchObject({
      node: IDENTITY.signing.publicKey,
      issuedAt: bench.clock.now(),
      epoch: 0,
      software: SOFTWARE_VERSION,
      messages: 0,
      flags: 0,
    })
  })

  it('has a new time each time, and the same run of the program', async () => {
    await using bench = createBench()
    const first = bench.prove()
    await bench.clock.advance(1500)
    const second = bench.prove()
    expect(second.issuedAt - first.issuedAt).toBe(1500)
    expect(second.instance).toEqual(first.instance)
  })

  it('shows that another program has the same key', async () => {
    await using one = createBench()
    await using other = createBench({}, 'second run')
    expect(one.prove().node).toEqual(other.prove().node)
    expect(one.prove().instance).not.toEqual(other.prove().instance)
  })

  it('names the epoch that the node works with', async () => {
    await using bench = createBench()
    const startsAt = bench.clock.now()
    const document = signTestEpoch([createRecord(IDENTITY, 20_000)], { epoch: 41, startsAt })
    expect(bench.keeper.accept(document)).toMatchObject(ok('current'))
    expect(bench.prove().epoch).toBe(41)
  })
})

describe('its flags', () => {
  it.each([
    [false, false, 0],
    [true, false, PROOF_FLAGS.syncing],
    [false, true, PROOF_FLAGS.draining],
    [true, true, PROOF_FLAGS.syncing | PROOF_FLAGS.draining],
  ])('tell whether it syncs (%s) and drains (%s)', async (isSyncing, isDraining, flags) => {
    await using bench = createBench()
    Object.assign(bench.state, { isSyncing, isDraining })
    expect(bench.prove().flags).toBe(flags)
  })

  it('follow what changes from one proof to the next', async () => {
    await using bench = createBench()
    bench.state.isSyncing = true
    expect(bench.prove().flags).toBe(PROOF_FLAGS.syncing)
    bench.state.isSyncing = false
    expect(bench.prove().flags).toBe(0)
  })

  it('tell that it is full when its file is as large as it may be', async () => {
    await using roomy = createBench({ SOTTO_DATABASE_MAX_BYTES: '1000000000' })
    await using full = createBench({ SOTTO_DATABASE_MAX_BYTES: '4096' })
    expect(roomy.prove()).toMatchObject({ flags: 0, storageMaxBytes: 1_000_000_000 })
    expect(full.prove()).toMatchObject({ flags: PROOF_FLAGS.full, storageMaxBytes: 4096 })
    expect(full.prove().storageUsedBytes).toBeGreaterThanOrEqual(4096)
  })
})

describe('its measures', () => {
  it('are taken again after half a minute, because counting reads an index', async () => {
    await using bench = createBench()
    expect(bench.prove().messages).toBe(0)
    await storeAll(bench.store, [createMessage({ text: 'one' }), createMessage({ text: 'two' })])
    await bench.clock.advance(MEASURE_INTERVAL_MS)
    expect(bench.prove().messages).toBe(0)
    await bench.clock.advance(1)
    expect(bench.prove().messages).toBe(2)
  })
})
