/** Which epoch a reader uses, whatever it is shown and in whatever order. */
import { encodeHex } from '@sotto/crypto/bytes'
import type { SigningKeyPair } from '@sotto/crypto/signing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  AUTHORITIES,
  AUTHORITY_KEYS,
  EPOCH,
  EPOCH_MS,
  NETWORK,
  createContent,
  createEpochNode,
  signContent,
} from '../../test/epoch-fixtures.ts'
import { ISSUED_AT_MS, createSigningKeys } from '../../test/node-fixtures.ts'
import {
  CLOCK_TOLERANCE_MS,
  EPOCH_MS_MAX,
  EPOCH_MS_MIN,
  type EpochContent,
  type EpochDocument,
  EpochTracker,
  TIMES_IN_EPOCHS,
  hashEpochContent,
  encodeEpochContent,
  verifyEquivocation,
} from './index.ts'

const NODES = [createEpochNode(0)]
const NOW = ISSUED_AT_MS + EPOCH * EPOCH_MS

function createTracker(): EpochTracker {
  return new EpochTracker({ network: NETWORK, authorities: AUTHORITIES })
}

function createDocument(
  changes: Partial<EpochContent> = {},
  signers?: readonly SigningKeyPair[],
): EpochDocument {
  return signContent(createContent(NODES, changes), signers)
}

/** Documents of consecutive epochs from `EPOCH`, each with the hash of the one before. */
function createChain(length: number): readonly EpochDocument[] {
  const chain: EpochDocument[] = []
  for (let index = 0; index < length; index++) {
    const previous = chain.at(-1)?.hash ?? new Uint8Array(32)
    chain.push(createDocument({ epoch: EPOCH + index, previous }))
  }
  return chain
}

const [FIRST, SECOND, THIRD] = createChain(3)
if (FIRST === undefined || SECOND === undefined || THIRD === undefined) throw new Error('no chain')

function accept(tracker: EpochTracker, document: EpochDocument, nowMs = NOW): string {
  const accepted = tracker.accept(document, nowMs)
  return accepted.ok ? accepted.value : accepted.error.code
}

describe('an epoch tracker', () => {
  it('has nothing at first', () => {
    const tracker = createTracker()
    expect(tracker.current(NOW)).toBeUndefined()
    expect(tracker.upcoming(NOW)).toEqual([])
    expect(tracker.freshness(NOW)).toBe('expired')
    expect(tracker.equivocations).toEqual([])
  })

  it('uses a document of an epoch that has begun', () => {
    const tracker = createTracker()
    expect(accept(tracker, FIRST)).toBe('current')
    expect(tracker.current(NOW)).toBe(FIRST)
    expect(accept(tracker, FIRST)).toBe('known')
  })

  it('keeps the next epoch until it begins, and uses it from then on', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    expect(accept(tracker, SECOND)).toBe('upcoming')
    expect(tracker.upcoming(NOW)).toEqual([SECOND])
    const startsAt = SECOND.content.startsAt
    expect(tracker.current(startsAt - 1)).toBe(FIRST)
    expect(tracker.current(startsAt)).toBe(SECOND)
    expect(tracker.upcoming(startsAt)).toEqual([])
  })

  it('keeps the epoch before in use while the clock is set back', () => {
    const tracker = createTracker()
    accept(tracker, SECOND, SECOND.content.startsAt)
    expect(tracker.current(NOW)).toBe(SECOND)
    expect(accept(tracker, FIRST, NOW)).toBe('epoch_older')
  })

  it('takes up where it left off after a sleep, without the epochs between', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    const later = createDocument({ epoch: EPOCH + 5000 })
    expect(accept(tracker, later, later.content.startsAt)).toBe('current')
    expect(tracker.current(later.content.startsAt)).toBe(later)
  })

  it('does not go back to an older epoch', () => {
    const tracker = createTracker()
    accept(tracker, SECOND, SECOND.content.startsAt)
    expect(accept(tracker, FIRST, SECOND.content.startsAt)).toBe('epoch_older')
    expect(tracker.current(SECOND.content.startsAt)).toBe(SECOND)
  })

  it('ends with the same epochs, in whatever order documents come', () => {
    const chain = createChain(4)
    const endMs = NOW + 1.5 * EPOCH_MS
    fc.assert(
      fc.property(fc.shuffledSubarray([...chain], { minLength: 4 }), (order) => {
        const tracker = createTracker()
        for (const document of order) tracker.accept(document, endMs)
        expect(tracker.current(endMs)).toBe(chain[1])
        expect(tracker.upcoming(endMs)).toEqual(chain.slice(2))
      }),
      { numRuns: 24 },
    )
  })

  it('never goes back, whatever comes when', () => {
    const chain = createChain(6)
    const step = fc.tuple(fc.constantFrom(...chain), fc.nat({ max: 8 * EPOCH_MS }))
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const tracker = createTracker()
        let epoch = 0
        for (const [document, afterMs] of steps) {
          tracker.accept(document, NOW + afterMs)
          const current = tracker.current(NOW + afterMs)?.content.epoch ?? epoch
          expect(current).toBeGreaterThanOrEqual(epoch)
          epoch = current
        }
      }),
      { numRuns: 100 },
    )
  })
})

describe('what a tracker refuses', () => {
  it.each<[string, Partial<EpochContent>, string]>([
    ['of another network', { network: new Uint8Array(16) }, 'epoch_network'],
    ['with too short epochs', { epochMs: EPOCH_MS_MIN - 1 }, 'epoch_rhythm'],
    ['with too long epochs', { epochMs: EPOCH_MS_MAX + 1 }, 'epoch_rhythm'],
  ])('is a document %s', (_, changes, code) => {
    const tracker = createTracker()
    expect(accept(tracker, createDocument(changes))).toBe(code)
    expect(tracker.current(NOW)).toBeUndefined()
  })

  it('is a document with fewer signatures than the threshold', () => {
    const few = createDocument({}, AUTHORITY_KEYS.slice(0, 2))
    expect(accept(createTracker(), few)).toBe('epoch_signatures')
    const strangers = Array.from({ length: 5 }, (_, index) => createSigningKeys(`s ${index}`))
    expect(accept(createTracker(), createDocument({}, strangers))).toBe('epoch_signatures')
  })

  it('is an epoch that begins more than two epochs ahead of what clocks may differ by', () => {
    const aheadMs = 2 * EPOCH_MS + CLOCK_TOLERANCE_MS
    expect(accept(createTracker(), FIRST, NOW - aheadMs)).toBe('upcoming')
    expect(accept(createTracker(), FIRST, NOW - aheadMs - 1)).toBe('epoch_future')
  })

  it('is more epochs ahead than it keeps, but never a nearer one', () => {
    const epochMs = 1000
    const startsAt = (index: number): number => NOW + (index + 1) * epochMs
    const soon = Array.from({ length: 6 }, (_, index) =>
      createDocument({ epoch: EPOCH + 2 * index, epochMs, startsAt: startsAt(index) }),
    )
    const tracker = createTracker()
    const [nearest, ...others] = soon
    if (nearest === undefined) throw new Error('no documents')
    expect(others.map((document) => accept(tracker, document))).toEqual([
      'upcoming',
      'upcoming',
      'upcoming',
      'upcoming',
      'epoch_future',
    ])
    expect(accept(tracker, nearest)).toBe('upcoming')
    expect(tracker.upcoming(NOW)).toEqual(soon.slice(0, 4))
  })

  it('is a later epoch that begins no later, from either side', () => {
    const later = createDocument({ epoch: EPOCH + 7, startsAt: FIRST.content.startsAt })
    const tracker = createTracker()
    accept(tracker, FIRST)
    expect(accept(tracker, later)).toBe('epoch_rhythm')
    const upcoming = createDocument({ epoch: EPOCH + 7, startsAt: NOW + 1 })
    const between = createDocument({ epoch: EPOCH + 5, startsAt: NOW + 2 })
    expect(accept(tracker, upcoming)).toBe('upcoming')
    expect(accept(tracker, between)).toBe('epoch_rhythm')
  })

  it('is the next epoch if it does not follow from the one that is held', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    const previous = new Uint8Array(32).fill(1)
    expect(accept(tracker, createDocument({ epoch: EPOCH + 1, previous }))).toBe('epoch_chain')
    expect(accept(tracker, SECOND)).toBe('upcoming')
    expect(accept(tracker, createDocument({ epoch: EPOCH + 2, previous }))).toBe('epoch_chain')
    expect(accept(tracker, THIRD)).toBe('upcoming')
  })

  it('is the epoch before one that is held and names another', () => {
    const tracker = createTracker()
    expect(accept(tracker, SECOND)).toBe('upcoming')
    expect(accept(tracker, createDocument({ beacon: new Uint8Array(32) }))).toBe('epoch_chain')
    expect(accept(tracker, FIRST)).toBe('current')
  })
})

describe('freshness', () => {
  const staleAt = NOW + TIMES_IN_EPOCHS.validity * EPOCH_MS
  const expiredAt = staleAt + TIMES_IN_EPOCHS.grace * EPOCH_MS

  it.each([
    ['fresh', NOW],
    ['fresh', staleAt - 1],
    ['stale', staleAt],
    ['stale', expiredAt - 1],
    ['expired', expiredAt],
  ])('is %s in its time', (freshness, nowMs) => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    expect(tracker.freshness(nowMs)).toBe(freshness)
  })

  it('lets a stale document be taken and used, an expired one not', () => {
    const tracker = createTracker()
    expect(accept(tracker, FIRST, expiredAt)).toBe('epoch_expired')
    expect(accept(tracker, FIRST, expiredAt - 1)).toBe('current')
    expect(tracker.current(expiredAt - 1)).toBe(FIRST)
    expect(tracker.current(expiredAt)).toBeUndefined()
  })

  it('is that of the document’s own rhythm', () => {
    const tracker = createTracker()
    accept(tracker, createDocument({ epochMs: 1000 }))
    expect(tracker.freshness(NOW + 59_999)).toBe('fresh')
    expect(tracker.freshness(NOW + 60_000)).toBe('stale')
  })

  it('does not forget the epoch that expired: nothing older is taken', () => {
    const tracker = createTracker()
    accept(tracker, SECOND, SECOND.content.startsAt)
    const lower = createDocument({ epoch: EPOCH, startsAt: expiredAt })
    expect(accept(tracker, lower, expiredAt + EPOCH_MS)).toBe('epoch_older')
  })
})

describe('a fork', () => {
  const other = { beacon: new Uint8Array(32) }

  it('is refused, and the first document stays in use', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    expect(accept(tracker, createDocument(other))).toBe('epoch_fork')
    expect(tracker.current(NOW)).toBe(FIRST)
  })

  it('of an epoch that is to come is refused too', () => {
    const tracker = createTracker()
    accept(tracker, SECOND)
    expect(accept(tracker, createDocument({ ...other, epoch: EPOCH + 1 }))).toBe('epoch_fork')
  })

  it('leaves proof against everybody who signed both, and against nobody else', () => {
    const tracker = createTracker()
    accept(tracker, createDocument({}, AUTHORITY_KEYS.slice(0, 3)))
    accept(tracker, createDocument(other, AUTHORITY_KEYS.slice(2)))
    const proofs = tracker.equivocations
    expect(proofs.map(({ authority }) => authority)).toEqual([AUTHORITY_KEYS[2]?.publicKey])
    expect(proofs.every((proof) => verifyEquivocation(proof).ok)).toBe(true)
    expect(proofs[0]?.epoch).toBe(EPOCH)
  })

  it('leaves proof even where too few signed the second document', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    const lonely = createDocument(other, AUTHORITY_KEYS.slice(0, 1))
    expect(accept(tracker, lonely)).toBe('epoch_signatures')
    expect(tracker.equivocations.length).toBe(1)
  })

  it('keeps one proof against each, however often they sign', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    for (let index = 0; index < 10; index++) {
      accept(tracker, createDocument({ beacon: new Uint8Array(32).fill(index) }, AUTHORITY_KEYS))
    }
    expect(tracker.equivocations.length).toBe(3)
  })

  it('cannot be made up by a stranger: nobody is accused without having signed', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    const strange = createDocument(other, [])
    const forged = { ...strange, signatures: FIRST.signatures }
    expect(accept(tracker, forged)).toBe('epoch_signatures')
    expect(tracker.equivocations).toEqual([])
  })

  it('has two documents that both name the same epoch in their proof', () => {
    const tracker = createTracker()
    accept(tracker, FIRST)
    const second = createDocument(other)
    accept(tracker, second)
    const [proof] = tracker.equivocations
    const hashes = [FIRST.hash, second.hash].map(encodeHex).toSorted()
    expect(
      [proof?.first.hash, proof?.second.hash].map((hash) => encodeHex(hash ?? second.hash)),
    ).toEqual(hashes)
    expect(hashEpochContent(proof?.first.bytes ?? encodeEpochContent(FIRST.content))).toEqual(
      proof?.first.hash,
    )
  })
})
