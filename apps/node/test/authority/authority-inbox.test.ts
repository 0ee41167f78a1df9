/** What an authority makes of proofs, reports and descriptors (spec 08 §6, spec 09): its verdicts, and whom it finds ready. */
import { encodeHex } from '@sotto/crypto/bytes'
import { type EpochDocument, type EpochNode, REASONS } from '@sotto/protocol/directory'
import { encodeUptimeProof, type Observation, ObservationBook } from '@sotto/protocol/health'
import { INVALID_SWARM_ID } from '@sotto/protocol/swarm'
import type { FakeClock } from '@sotto/testkit/fake-clock'
import { describe as suite, expect, it } from 'vitest'
import { createListAdmission, OPEN_ADMISSION } from '../../src/authority/admission-policy.ts'
import { AuthorityInbox } from '../../src/authority/authority-inbox.ts'
import type { Opinion } from '../../src/authority/vote-source.ts'
import type { DirectoryKeeper } from '../../src/directory/directory-keeper.ts'
import {
  ALL_RECORDS,
  createDocument,
  createKeeper,
  describe,
  EPOCH_MS,
  followDocument,
  identityOf,
  keyOf,
  NODE_COUNT,
  recordOf,
} from '../directory/directory-fixture.ts'

const EPOCH = 10
const BASE = createDocument()
/** Long enough for a proof to be missing (spec 07 §6). */
const PROOF_LOST_MS = 63 * EPOCH_MS
const OUTAGE_MS = 33 * EPOCH_MS
const CANDIDATES_MAX = 256

interface Bench {
  readonly clock: FakeClock
  readonly keeper: DirectoryKeeper
  readonly inbox: AuthorityInbox
  /** Lets time pass for an authority that votes in each epoch. */
  watch(ms: number, base?: EpochDocument): void
  vote(base?: EpochDocument): Opinion
  /** Reasons by number of the node. */
  verdicts(base?: EpochDocument): Readonly<Record<number, number>>
  readiness(base: EpochDocument): readonly number[]
  prove(index: number, changes?: { issuedAt?: number; instance?: number }): Uint8Array | 'malformed'
  report(observer: number, target: number, changes: Partial<Observation>, epoch?: number): void
}

function numberOf(key: Uint8Array): number {
  return Array.from({ length: NODE_COUNT }, (_, index) => keyOf(index)).indexOf(encodeHex(key))
}

function createBench(document: EpochDocument = BASE, policy = OPEN_ADMISSION): Bench {
  const { clock, keeper } = createKeeper(document)
  const book = new ObservationBook()
  const inbox = new AuthorityInbox({ ownKey: keyOf(0), keeper, clock, policy, book })
  const vote = (base = document): Opinion => inbox.createVote(base)
  return {
    clock,
    keeper,
    inbox,
    vote,
    watch(ms, base) {
      for (let passedMs = 0; passedMs < ms; passedMs += EPOCH_MS) {
        vote(base)
        clock.step(Math.min(EPOCH_MS, ms - passedMs))
      }
    },
    verdicts: (base) =>
      Object.fromEntries(vote(base).verdicts.map(({ node, reasons }) => [numberOf(node), reasons])),
    readiness: (base) =>
      vote(base)
        .readiness.map(numberOf)
        .toSorted((a, b) => a - b),
    prove(index, { issuedAt = clock.now(), instance = index } = {}) {
      const { signing } = identityOf(index)
      const proof = {
        node: signing.publicKey,
        issuedAt,
        epoch: EPOCH,
        software: [1, 0, 0] as const,
        instance: new Uint8Array(16).fill(instance),
        storageUsedBytes: 0,
        storageMaxBytes: 1,
        messages: 0,
        flags: 0,
      }
      return inbox.takeProof(encodeUptimeProof(proof, signing))
    },
    report(observer, target, changes, epoch = EPOCH) {
      const observation = {
        target: recordOf(target).ed25519,
        reachability: { lastReachable: clock.now() },
        failing: 0,
        roundTripMs: 1,
        clockOffsetMs: 0,
        auditsPassed: 0,
        auditsFailed: 0,
        ...changes,
      }
      const { publicKey } = identityOf(observer).signing
      book.add({ observer: publicKey, epoch, issuedAt: clock.now(), observations: [observation] })
    },
  }
}

/** The base, where one node is in another state; who is not in service has no swarm. */
function withNode(index: number, changes: Partial<EpochNode>, epoch = EPOCH): EpochDocument {
  const swarm = changes.state === undefined ? 0n : INVALID_SWARM_ID
  const nodes = BASE.content.nodes.map((node) =>
    Object.assign({}, node, encodeHex(node.ed25519) === keyOf(index) ? { swarm, ...changes } : {}),
  )
  return createDocument({ nodes, epoch })
}

suite('proofs of uptime', () => {
  it('are not missed before they are due, and then of those who sent none', () => {
    const bench = createBench()
    expect(bench.vote()).toMatchObject({ verdicts: [], readiness: [], descriptors: [] })
    bench.watch(PROOF_LOST_MS - EPOCH_MS)
    expect(bench.verdicts()).toEqual({})
    for (const index of [0, 2, 4]) bench.prove(index)
    bench.clock.step(EPOCH_MS)
    const { proofMissing } = REASONS
    expect(bench.verdicts()).toEqual({ 1: proofMissing, 3: proofMissing })
  })

  it('are not missed of the time before this authority listened', () => {
    const { keeper, clock } = createKeeper(BASE)
    clock.step(200 * EPOCH_MS)
    const book = new ObservationBook()
    const options = { ownKey: keyOf(0), keeper, clock, policy: OPEN_ADMISSION, book }
    const inbox = new AuthorityInbox(options)
    expect(inbox.createVote(BASE).verdicts).toEqual([])
    for (let epoch = 0; epoch < PROOF_LOST_MS / EPOCH_MS; epoch += 1) {
      clock.step(EPOCH_MS)
      inbox.createVote(BASE)
    }
    expect(inbox.createVote(BASE).verdicts).toHaveLength(NODE_COUNT)
  })

  it('are not missed of a time in which this authority did not vote itself', () => {
    const bench = createBench()
    bench.vote()
    bench.clock.step(PROOF_LOST_MS)
    expect(bench.verdicts()).toEqual({})
  })

  it('are not missed of the time before a node was there', () => {
    const bench = createBench()
    bench.watch(PROOF_LOST_MS)
    const later = withNode(3, { since: EPOCH + 62 }, EPOCH + 63)
    expect(Object.keys(bench.verdicts(later))).toEqual(['0', '1', '2', '4'])
  })

  it('count only when they are true, timely and of a listed node', () => {
    const bench = createBench()
    bench.watch(PROOF_LOST_MS)
    const early = { issuedAt: bench.clock.now() + 4 * EPOCH_MS }
    const late = { issuedAt: bench.clock.now() - 70 * EPOCH_MS }
    expect(bench.prove(1, early)).toEqual(new Uint8Array())
    expect(bench.prove(2, late)).toEqual(new Uint8Array())
    expect(bench.prove(99)).toEqual(new Uint8Array())
    expect(bench.inbox.takeProof(new Uint8Array(100))).toBe('malformed')
    expect(Object.keys(bench.verdicts())).toHaveLength(NODE_COUNT)
  })

  it('of which an old one comes again change nothing', () => {
    const bench = createBench()
    const old = bench.clock.now()
    bench.watch(PROOF_LOST_MS)
    bench.prove(1)
    bench.prove(1, { issuedAt: old })
    expect(bench.verdicts()[1]).toBeUndefined()
  })

  it('of two programs with one key give it away, and those of a restart do not', () => {
    const bench = createBench()
    for (const instance of [1, 1, 2, 2, 3]) {
      bench.clock.step(1)
      bench.prove(1, { instance })
    }
    for (const instance of [1, 2, 1]) {
      bench.clock.step(1)
      bench.prove(2, { instance })
    }
    expect(bench.verdicts()).toEqual({ 2: REASONS.keyShared })
  })
})

suite('reports', () => {
  const outage = (nowMs: number): Pick<Observation, 'reachability'> => ({
    reachability: { firstUnreachable: nowMs - OUTAGE_MS, lastUnreachable: nowMs - 1 },
  })

  it('of enough observers over enough time make a node unreachable', () => {
    const bench = createBench()
    for (const observer of [0, 2]) bench.report(observer, 1, outage(bench.clock.now()))
    bench.report(3, 1, {})
    bench.report(4, 1, {})
    expect(bench.verdicts()).toEqual({})
    for (const observer of [3, 4]) {
      bench.clock.step(1)
      bench.report(observer, 1, outage(bench.clock.now()))
    }
    expect(bench.verdicts()).toEqual({ 1: REASONS.unreachable })
  })

  it('of those that are not in service, or of long ago, are not heard', () => {
    const base = withNode(4, { state: 'decommissioned' })
    const bench = createBench(base)
    for (const observer of [0, 4, 99]) bench.report(observer, 1, outage(bench.clock.now()))
    for (const observer of [2, 3]) bench.report(observer, 1, outage(bench.clock.now()), EPOCH - 4)
    // The one that is heard alone is a majority of itself.
    expect(bench.verdicts(base)).toEqual({ 1: REASONS.unreachable })
    bench.clock.step(1)
    bench.report(0, 1, {})
    expect(bench.verdicts(base)).toEqual({})
  })

  it('of failed audits count from members of the same swarm', () => {
    const nodes = BASE.content.nodes.map((node) =>
      Object.assign({}, node, { swarm: numberOf(node.ed25519) < 3 ? 0n : 1n }),
    )
    const base = createDocument({ nodes })
    const bench = createBench(base)
    const failed = { auditsPassed: 0, auditsFailed: 5 }
    bench.report(3, 1, failed)
    bench.report(4, 1, failed)
    bench.report(0, 1, failed)
    expect(bench.verdicts(base)).toEqual({})
    bench.report(2, 1, failed)
    expect(bench.verdicts(base)).toEqual({ 1: REASONS.auditFailed })
  })

  it('of which most see a clock that is off are believed', () => {
    const bench = createBench()
    for (const observer of [0, 2]) bench.report(observer, 1, { clockOffsetMs: 31_000 })
    for (const observer of [0, 1, 3]) bench.report(observer, 2, { clockOffsetMs: -31_000 })
    bench.report(3, 1, { clockOffsetMs: 10 })
    bench.report(4, 1, { clockOffsetMs: 10 })
    bench.report(4, 2, { clockOffsetMs: 10 })
    expect(bench.verdicts()).toEqual({ 2: REASONS.clockOff })
  })
})

suite('what the document says', () => {
  it('finds software that is older than the network asks for', () => {
    const nodes = withNode(2, { software: [2, 0, 1] }).content.nodes
    const base = createDocument({ nodes, softwareMin: [2, 0, 0] })
    const bench = createBench(base)
    const { softwareOld } = REASONS
    expect(bench.verdicts(base)).toEqual({
      0: softwareOld,
      1: softwareOld,
      3: softwareOld,
      4: softwareOld,
    })
    expect(bench.vote(base).softwareMin).toEqual([2, 0, 0])
  })

  it('finds a node that moves, until that is long ago', () => {
    const bench = createBench()
    bench.vote()
    const moved = recordOf(1, { host: '10.7.7.7' })
    const next = followDocument(BASE, { records: ALL_RECORDS.with(1, moved) })
    expect(bench.verdicts(next)).toEqual({ 1: REASONS.addressDisputed })
    expect(bench.verdicts(next)).toEqual({ 1: REASONS.addressDisputed })
    bench.clock.step(721 * EPOCH_MS)
    expect((bench.verdicts(next)[1] ?? 0) & REASONS.addressDisputed).toBe(0)
  })

  it('has no verdict on who left', () => {
    const base = withNode(1, { state: 'left' })
    const bench = createBench(base)
    bench.watch(PROOF_LOST_MS)
    expect(Object.keys(bench.verdicts(base))).toEqual(['0', '2', '3', '4'])
  })
})

suite('readiness', () => {
  it.each(['awaiting', 'decommissioned'] as const)(
    'of a node that is %s needs a proof, and enough who reached it, since it is so',
    (state) => {
      const base = withNode(1, { state, since: EPOCH })
      const bench = createBench(base)
      bench.clock.step(1000)
      expect(bench.readiness(base)).toEqual([])
      bench.prove(1)
      bench.report(0, 1, {})
      expect(bench.readiness(base)).toEqual([])
      // Four are active, so two must have seen it.
      bench.report(2, 1, {})
      expect(bench.readiness(base)).toEqual([1])
      bench.clock.step(2 * EPOCH_MS)
      expect(bench.readiness(base)).toEqual([])
    },
  )

  it('is not there for one that was reached, but not since, nor for one that fails now', () => {
    const base = withNode(1, { state: 'decommissioned', since: EPOCH })
    const bench = createBench(base)
    const before = bench.clock.now() - 1
    bench.clock.step(1000)
    bench.prove(1)
    bench.report(0, 1, { reachability: { lastReachable: before } })
    bench.report(2, 1, {
      reachability: { lastReachable: bench.clock.now() - 2, lastUnreachable: bench.clock.now() },
    })
    bench.report(3, 1, {})
    expect(bench.readiness(base)).toEqual([])
    bench.report(4, 1, {})
    expect(bench.readiness(base)).toEqual([1])
  })

  it('is there for one that came back from another address: to move is no offence', () => {
    const base = withNode(1, { state: 'decommissioned', since: EPOCH })
    const bench = createBench(base)
    bench.vote(base)
    const moved = withNode(1, { state: 'decommissioned', since: EPOCH, host: '10.7.7.7' })
    bench.clock.step(1000)
    bench.prove(1)
    for (const observer of [0, 2]) bench.report(observer, 1, {})
    expect(bench.verdicts(moved)).toEqual({ 1: REASONS.addressDisputed })
    expect(bench.readiness(moved)).toEqual([1])
  })

  it('is not there for one whose proof is from before', () => {
    const base = withNode(1, { state: 'decommissioned', since: EPOCH })
    const bench = createBench(base)
    bench.prove(1, { issuedAt: bench.clock.now() - 1 })
    bench.clock.step(1000)
    for (const observer of [0, 2, 3]) bench.report(observer, 1, {})
    expect(bench.readiness(base)).toEqual([])
  })

  it('is not there for one with a fault, nor for those in service', () => {
    const base = withNode(1, { state: 'decommissioned', since: EPOCH, software: [0, 9, 0] })
    const strict = createDocument({ nodes: base.content.nodes, softwareMin: [1, 0, 0] })
    const bench = createBench(strict)
    bench.clock.step(1000)
    for (const index of [0, 1, 2]) bench.prove(index)
    for (const observer of [0, 2, 3]) bench.report(observer, 1, {})
    for (const observer of [0, 1, 3]) bench.report(observer, 2, {})
    expect(bench.readiness(strict)).toEqual([])
    expect(bench.verdicts(strict)).toEqual({ 1: REASONS.softwareOld })
  })
})

suite('descriptors', () => {
  const described = (opinion: Opinion): readonly Uint8Array[] =>
    opinion.descriptors.map(({ bytes }) => bytes)

  it('of strangers are voted on until they are listed', () => {
    const bench = createBench()
    const bytes = describe(50)
    expect(bench.inbox.admit(bytes)).toBe(true)
    expect(described(bench.vote())).toEqual([bytes])
    const next = followDocument(BASE, { records: [...ALL_RECORDS, recordOf(50)] })
    expect(described(bench.vote(next))).toEqual([])
    expect(described(bench.vote())).toEqual([])
  })

  it('are voted on as the newest that the node signed', () => {
    const bench = createBench()
    const issuedAt = bench.clock.now()
    const newer = describe(50, { issuedAt: issuedAt + 1, host: '10.6.6.6' })
    for (const bytes of [describe(50), newer, describe(50, { issuedAt: issuedAt - 1 })]) {
      expect(bench.inbox.admit(bytes)).toBe(true)
    }
    expect(described(bench.vote())).toEqual([newer])
  })

  it('of listed nodes are voted on when they are newer than the document', () => {
    const bench = createBench()
    const bytes = describe(1, { host: '10.6.6.6' })
    bench.keeper.describe(bytes)
    bench.keeper.describe(describe(2, { issuedAt: bench.clock.now() - 1000 }))
    expect(described(bench.vote())).toEqual([bytes])
  })

  it('are refused when they are forged, of the future, or of one that leaves', () => {
    const bench = createBench()
    const forged = describe(50)
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1
    expect(bench.inbox.admit(forged)).toBe(false)
    expect(bench.inbox.admit(new Uint8Array())).toBe(false)
    expect(bench.inbox.admit(describe(50, { issuedAt: bench.clock.now() + 60_001 }))).toBe(false)
    expect(bench.inbox.admit(describe(50, { isLeaving: true }))).toBe(false)
    expect(bench.vote().descriptors).toEqual([])
  })

  it('are refused of who is not on the list, where there is one', () => {
    const bench = createBench(BASE, createListAdmission([recordOf(50).ed25519]))
    expect(bench.inbox.admit(describe(50))).toBe(true)
    expect(bench.inbox.admit(describe(51))).toBe(false)
    expect(bench.vote().descriptors).toHaveLength(1)
  })

  it('of a flood of strangers are bounded, and known ones may still say more', () => {
    const bench = createBench()
    for (let index = 0; index < CANDIDATES_MAX; index += 1) {
      expect(bench.inbox.admit(describe(100 + index))).toBe(true)
    }
    expect(bench.inbox.admit(describe(100 + CANDIDATES_MAX))).toBe(false)
    expect(bench.inbox.admit(describe(100, { issuedAt: bench.clock.now() + 1 }))).toBe(true)
    expect(bench.vote().descriptors).toHaveLength(CANDIDATES_MAX)
  })
})

it('gives the node its command', async () => {
  const bench = createBench()
  const [[, takeProof] = [0, undefined]] = bench.inbox.commands
  expect(await takeProof?.(Uint8Array.of(1), recordOf(1))).toBe('malformed')
})
