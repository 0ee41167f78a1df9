/**
 * Documents and votes for the properties of decisions: honest authorities that are of one mind, and hostile ones that say
 * whatever they can say. What they cannot do is sign in the name of a node that is not theirs.
 *
 * @module
 */
import fc from 'fast-check'
import { type SignedDescriptor, type Vote, commitReveal } from '../src/authority/index.ts'
import {
  type AuthoritySet,
  type EpochContent,
  type EpochNode,
  NODE_STATES,
} from '../src/directory/epoch-content.ts'
import { INVALID_SWARM_ID } from '../src/swarm/index.ts'
import {
  DESCRIBED_AT_MS,
  EPOCH,
  createAuthorityKeys,
  createContent,
  createDescriptor,
  createEpochNode,
  createHash32,
  createVote,
  recallNode,
  wrapDescriptor,
} from './authority-fixtures.ts'

/** Of the document; the last ones belong to the hostile authorities. */
const NODES = 10
export const HOSTILE_NODES: readonly number[] = [8, 9]
/** Not in the document: the first are honest, the others not. */
const NEWCOMERS = [20, 21, 22]
const HOSTILE_NEWCOMERS = [23, 24]
const HONEST = [0, 1, 2, 3, 4, 5, 6, 7]
const EVERYBODY = [...HONEST, ...HOSTILE_NODES, ...NEWCOMERS, ...HOSTILE_NEWCOMERS]
const AUTHORITIES = 7
const KEYS = createAuthorityKeys(AUTHORITIES).map(({ publicKey }) => publicKey)

export interface Scene {
  readonly previous: EpochContent
  readonly authorities: AuthoritySet
  /** At least as many as are needed, and all of one mind. */
  readonly honest: readonly Vote[]
  /** Fewer than are needed. */
  readonly hostile: readonly Vote[]
}

const arbitraryNode = (index: number): fc.Arbitrary<EpochNode> =>
  fc
    .record({
      state: fc.constantFrom(...NODE_STATES),
      since: fc.constantFrom(EPOCH - 800, EPOCH - 6, EPOCH - 4, EPOCH - 3, EPOCH - 1),
      credit: fc.constantFrom(0, 29, 30, 1799, 1800, 5000, 43_200),
      swarm: fc.constantFrom(1n, 2n),
    })
    .map(({ swarm, ...standing }) => {
      const isMember = standing.state === 'active' || standing.state === 'leaving'
      return createEpochNode(index, { ...standing, swarm: isMember ? swarm : INVALID_SWARM_ID })
    })

function describeAs(
  index: number,
  changes: Parameters<typeof createDescriptor>[1],
): SignedDescriptor {
  return wrapDescriptor(createDescriptor(index, changes))
}

/** Where an honest node goes that moves, or begins. */
function newHostOf(index: number): string {
  return `10.100.${index}.1`
}

/** What honest nodes have signed: old descriptors, and one new one of some. */
const arbitraryGenuine = (index: number): fc.Arbitrary<SignedDescriptor> =>
  fc.constantFrom(
    describeAs(index, { issuedAt: DESCRIBED_AT_MS, host: newHostOf(index) }),
    describeAs(index, { issuedAt: DESCRIBED_AT_MS - 5, host: '10.200.0.1', isLeaving: true }),
  )

/** What hostile nodes sign: any time, and the address, keys and ports of anybody. They do not ask to leave. */
const arbitraryHostile = (index: number): fc.Arbitrary<SignedDescriptor> =>
  fc
    .record({
      as: fc.constantFrom(...EVERYBODY),
      later: fc.nat({ max: 3 }),
      what: fc.nat({ max: 4 }),
    })
    .map(({ as, later, what }) => {
      const { host, x25519, legacy } = createDescriptor(as)
      const claims = [{ host }, { host: newHostOf(as) }, { x25519 }, { legacy }, { host, x25519 }]
      const claim = claims[what]
      return describeAs(index, { ...claim, issuedAt: DESCRIBED_AT_MS + later })
    })

const keysOf = (indices: readonly number[]): Vote['readiness'] =>
  indices.map((index) => recallNode(index).ed25519)

type Opinion = Pick<Vote, 'descriptors' | 'verdicts' | 'readiness' | 'softwareMin'>

const octet = fc.nat({ max: 255 })
const arbitraryVerdicts: fc.Arbitrary<Vote['verdicts']> = fc
  .uniqueArray(fc.tuple(fc.constantFrom(...EVERYBODY), fc.integer({ min: 1, max: 127 })), {
    selector: ([index]) => index,
  })
  .map((pairs) => pairs.map(([index, reasons]) => ({ node: recallNode(index).ed25519, reasons })))

/** Honest descriptors: changes of address, newcomers, and the wish of a node to go. */
const arbitraryHonestOpinion: fc.Arbitrary<Opinion> = fc.record({
  descriptors: fc
    .record({
      moving: fc.subarray(HONEST),
      going: fc.subarray(HONEST),
      coming: fc.subarray(NEWCOMERS),
    })
    .map(({ moving, going, coming }) =>
      [...moving, ...coming].map((index) => {
        const isNew = NEWCOMERS.includes(index)
        const issuedAt = isNew ? DESCRIBED_AT_MS : DESCRIBED_AT_MS + 9
        const isLeaving = !isNew && going.includes(index)
        return describeAs(index, { issuedAt, host: newHostOf(index), isLeaving })
      }),
    ),
  verdicts: arbitraryVerdicts,
  readiness: fc.subarray(EVERYBODY).map(keysOf),
  softwareMin: fc.tuple(octet, octet, octet),
})

const arbitraryHostileOpinion: fc.Arbitrary<Opinion> = fc.record({
  descriptors: fc
    .tuple(
      fc.subarray([...HONEST, ...NEWCOMERS]),
      fc.subarray([...HOSTILE_NODES, ...HOSTILE_NEWCOMERS]),
    )
    .chain(([genuine, hostile]) =>
      fc.tuple(...genuine.map(arbitraryGenuine), ...hostile.map(arbitraryHostile)),
    ),
  verdicts: arbitraryVerdicts,
  readiness: fc.subarray(EVERYBODY).map(keysOf),
  softwareMin: fc.tuple(octet, octet, octet),
})

function createVotes(
  indices: readonly number[],
  previousHash: Uint8Array,
  opinion: (place: number) => Opinion | undefined,
): readonly Vote[] {
  return indices.flatMap((index, place) => {
    const authority = KEYS[index]
    if (authority === undefined) return []
    return [createVote(authority, { previous: previousHash, ...opinion(place) })]
  })
}

/** Some of the authorities promised what they reveal, some did not. */
const arbitraryPrevious: fc.Arbitrary<EpochContent> = fc
  .tuple(
    fc.tuple(...Array.from({ length: NODES }, (_, index) => arbitraryNode(index))),
    fc.subarray(Array.from({ length: AUTHORITIES }, (_, index) => index)),
  )
  .map(([nodes, promised]) =>
    createContent(nodes, {
      commitments: promised.flatMap((index) => {
        const authority = KEYS[index]
        if (authority === undefined) return []
        return [{ authority, commitment: commitReveal(createVote(authority).reveal) }]
      }),
    }),
  )

const arbitraryCounts: fc.Arbitrary<{ threshold: number; honest: number; hostile: number }> = fc
  .integer({ min: 1, max: AUTHORITIES })
  .chain((count) =>
    fc
      .integer({ min: Math.floor(count / 2) + 1, max: count })
      .chain((threshold) =>
        fc
          .integer({ min: threshold, max: count })
          .chain((honest) =>
            fc
              .integer({ min: 0, max: Math.min(threshold - 1, count - honest) })
              .map((hostile) => ({ threshold, honest, hostile })),
          ),
      ),
  )

export const arbitraryScene: fc.Arbitrary<Scene> = fc
  .record({
    previous: arbitraryPrevious,
    counts: arbitraryCounts,
    order: fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6], { minLength: AUTHORITIES }),
    honest: arbitraryHonestOpinion,
    hostile: fc.array(arbitraryHostileOpinion, { minLength: 3, maxLength: 3 }),
  })
  .map(({ previous, counts, order, honest, hostile }) => {
    const hash = createHash32('previous')
    const liars = order.slice(counts.honest, counts.honest + counts.hostile)
    return {
      previous,
      authorities: { keys: KEYS, threshold: counts.threshold },
      honest: createVotes(order.slice(0, counts.honest), hash, () => honest),
      hostile: createVotes(liars, hash, (place) => hostile[place]),
    }
  })
