/** Whole decisions: which votes count, and what the next document holds. */
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import {
  DESCRIBED_AT_MS,
  EPOCH,
  PREVIOUS_HASH,
  assignByKey,
  createAuthorityKeys,
  createContent,
  createDescriptor,
  createEpochNode,
  createHash32,
  createSignedDescriptor,
  createVote,
  wrapDescriptor,
} from '../../test/authority-fixtures.ts'
import { createNode, createSigningKeys } from '../../test/node-fixtures.ts'
import { type EpochContent, type EpochNode, REASONS } from '../directory/epoch-content.ts'
import { INVALID_SWARM_ID } from '../swarm/index.ts'
import { computeBeacon } from './beacon.ts'
import { type EpochQuestion, type Vote, commitReveal, decideEpoch } from './index.ts'

const KEYS = createAuthorityKeys(5).map(({ publicKey }) => publicKey)
const SWARM = 77n
const NODES = [0, 1, 2, 3].map((index) => createEpochNode(index, { swarm: SWARM }))
const PREVIOUS = createContent(NODES)

function vote(count: number, changes: Partial<Vote> = {}): readonly Vote[] {
  return KEYS.slice(0, count).map((authority) => createVote(authority, changes))
}

function decide(
  votes: readonly Vote[],
  changes: Partial<EpochQuestion> = {},
): EpochContent | undefined {
  return decideEpoch({
    previous: PREVIOUS,
    previousHash: PREVIOUS_HASH,
    epoch: EPOCH,
    votes,
    authorities: { keys: KEYS, threshold: 3 },
    assign: assignByKey,
    ...changes,
  })
}

function find(content: EpochContent | undefined, index: number): EpochNode | undefined {
  const name = encodeHex(createNode(index).ed25519)
  return content?.nodes.find(({ ed25519 }) => encodeHex(ed25519) === name)
}

function failing(index: number, reasons: number): Partial<Vote> {
  return { verdicts: [{ node: createNode(index).ed25519, reasons }] }
}

describe('a decision', () => {
  it('gives the next document with everything in its place', () => {
    const reveals = KEYS.slice(0, 3).map((_, index) => createHash32(`reveal ${index}`))
    const commitments = KEYS.slice(0, 3).map((authority, index) => ({
      authority,
      commitment: commitReveal(reveals[index] ?? PREVIOUS_HASH),
    }))
    const votes = KEYS.slice(0, 3).map((authority, index) =>
      createVote(authority, {
        reveal: reveals[index] ?? PREVIOUS_HASH,
        softwareMin: [3, index, 0],
      }),
    )
    const previous = { ...PREVIOUS, commitments }
    expect(decide(votes, { previous })).toEqual({
      network: PREVIOUS.network,
      epoch: EPOCH,
      startsAt: PREVIOUS.startsAt + PREVIOUS.epochMs,
      epochMs: PREVIOUS.epochMs,
      beacon: computeBeacon({ previous: PREVIOUS.beacon, epoch: EPOCH, reveals }),
      previous: PREVIOUS_HASH,
      softwareMin: [3, 0, 0],
      commitments: votes.map(({ authority, commitment }) => ({ authority, commitment })),
      nodes: PREVIOUS.nodes.map((node) => Object.assign({ ...node }, { credit: 5001 })),
    })
  })

  it('begins at the time of its epoch, when others were skipped', () => {
    const epoch = EPOCH + 4
    const content = decide(vote(3, { epoch }), { epoch })
    expect(content).toMatchObject({ epoch, startsAt: PREVIOUS.startsAt + 5 * PREVIOUS.epochMs })
    expect(content?.nodes.map(({ credit }) => credit)).toEqual([5005, 5005, 5005, 5005])
  })

  it.each([EPOCH - 1, EPOCH - 2, 1.5, Number.NaN])(
    'throws for epoch %d, which is none to come',
    (epoch) => {
      expect(() => decide(vote(5), { epoch })).toThrow(RangeError)
    },
  )
})

describe('votes', () => {
  it('decide nothing when they are too few', () => {
    expect(decide(vote(2))).toBeUndefined()
    expect(decide([])).toBeUndefined()
    expect(decide(vote(3))).toBeDefined()
  })

  it.each<[string, Partial<Vote>]>([
    ['on another document', { previous: createHash32('fork') }],
    ['for another epoch', { epoch: EPOCH + 1 }],
    ['of another network', { network: new Uint8Array(16) }],
    ['of a stranger', { authority: createSigningKeys('stranger').publicKey }],
  ])('%s do not count', (_, changes) => {
    const [, , third] = vote(3)
    if (third === undefined) throw new Error('no vote')
    expect(decide([...vote(2), { ...third, ...changes }])).toBeUndefined()
    const ignored = { ...third, ...changes, softwareMin: [9, 9, 9] } as const
    expect(decide([...vote(3), ignored])?.commitments).toHaveLength(3)
    expect(decide([...vote(3), ignored])).toEqual(decide(vote(3)))
  })

  it('of an author of two do not count, neither of them', () => {
    const [first] = vote(1)
    if (first === undefined) throw new Error('no vote')
    const second = { ...first, softwareMin: [9, 9, 9] } as const
    expect(decide([...vote(3), second])).toBeUndefined()
    expect(decide([second, ...vote(4)])?.commitments).toHaveLength(3)
  })

  it('of a few cannot remove a node, but are told to its operator', () => {
    const few = [...vote(2, failing(0, REASONS.unreachable)), ...vote(5).slice(2)]
    expect(find(decide(few), 0)).toMatchObject({
      state: 'active',
      reasonsSeen: 2,
      reasonsAgreed: 0,
    })
    const enough = [...vote(3, failing(0, REASONS.unreachable)), ...vote(5).slice(3)]
    expect(find(decide(enough), 0)).toMatchObject({ state: 'decommissioned', reasonsAgreed: 2 })
  })
})

describe('nodes', () => {
  it('are admitted, wait for the next document at least, and then join a swarm', () => {
    const readiness = [createNode(9).ed25519]
    const descriptors = [createSignedDescriptor(9)]
    const first = decide(vote(3, { descriptors, readiness }))
    if (first === undefined) throw new Error('no decision')
    expect(find(first, 9)).toMatchObject({ state: 'awaiting', swarm: INVALID_SWARM_ID })
    expect(find(first, 0)?.swarm).toBe(SWARM)
    const votes = vote(3, { epoch: EPOCH + 1, readiness })
    const second = decide(votes, { previous: first, epoch: EPOCH + 1 })
    expect(find(second, 9)).toMatchObject({ state: 'active', since: EPOCH + 1 })
    expect([0n, 1n]).toContain(find(second, 9)?.swarm)
    expect(find(second, 0)?.swarm).toBe(SWARM)
  })

  it('lose their swarm when they are decommissioned, and are shown without', () => {
    const content = decide(vote(3, failing(0, REASONS.auditFailed)))
    expect(find(content, 0)).toMatchObject({ state: 'decommissioned', swarm: INVALID_SWARM_ID })
  })

  it('that leave keep their swarm for the hand-over', () => {
    const descriptor = createDescriptor(0, { issuedAt: DESCRIBED_AT_MS + 1, isLeaving: true })
    const descriptors = [wrapDescriptor(descriptor)]
    const [first, ...others] = vote(3)
    if (first === undefined) throw new Error('no vote')
    const content = decide([{ ...first, descriptors }, ...others])
    expect(find(content, 0)).toMatchObject({
      state: 'leaving',
      swarm: SWARM,
      describedAt: descriptor.issuedAt,
    })
  })

  it.each([
    [0, '10.9.9.9'],
    [1, createDescriptor(0).host],
  ])('take no descriptor of %i ms after the document begins', (lateMs, host) => {
    const issuedAt = PREVIOUS.startsAt + PREVIOUS.epochMs + lateMs
    const moved = createDescriptor(0, { issuedAt, host: '10.9.9.9' })
    const newcomer = createDescriptor(9, { issuedAt })
    const descriptors = [wrapDescriptor(moved), wrapDescriptor(newcomer)]
    const content = decide(vote(5, { descriptors }))
    expect(find(content, 0)?.host).toBe(host)
    expect(find(content, 9) === undefined).toBe(lateMs > 0)
  })

  it('are listed by their keys', () => {
    const descriptors = [9, 5, 7].map((index) => createSignedDescriptor(index))
    const names = decide(vote(3, { descriptors }))?.nodes.map(({ ed25519 }) => encodeHex(ed25519))
    expect(names).toHaveLength(7)
    expect(names).toEqual(names?.toSorted())
  })
})
