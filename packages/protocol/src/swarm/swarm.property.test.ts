/** What holds of accounts, swarms and tokens for all inputs. */
import { encodeHex } from '@sotto/crypto/bytes'
import {
  DECODER_RUNS,
  arbitraryBytes,
  arbitraryBytesOf,
  arbitraryText,
} from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  INVALID_SWARM_ID,
  computeSwarmSpace,
  decodeSubaccountToken,
  encodeSwarmId,
  findSwarm,
  isPermitted,
  parseAccountBytes,
  parseSwarmId,
} from './index.ts'

const point = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const swarmId = fc.bigInt({ min: 0n, max: INVALID_SWARM_ID - 1n })
const swarmIds = fc
  .uniqueArray(swarmId, { minLength: 1, maxLength: 20 })
  .map((ids) => ids.toSorted((a, b) => (a < b ? -1 : 1)))

function modular(value: bigint): bigint {
  return ((value % 2n ** 64n) + 2n ** 64n) % 2n ** 64n
}

/** The rule in words: the nearer of the two neighbours, the lower one of equals. */
function findSlowly(ids: readonly bigint[], space: bigint): bigint {
  const above = ids.map((id) => ({ id, distance: modular(id - space) }))
  const below = ids.map((id) => ({ id, distance: modular(space - id) }))
  const nearest = (list: { id: bigint; distance: bigint }[]): { id: bigint; distance: bigint } =>
    list.reduce((best, next) => (next.distance < best.distance ? next : best))
  const right = nearest(above)
  // The left neighbour of a point on an id is the id before it, as in the rule; both readings agree on the outcome.
  const left = nearest(below)
  return right.distance < left.distance ? right.id : left.id
}

describe('findSwarm', () => {
  it('agrees with the rule read slowly', () => {
    fc.assert(
      fc.property(swarmIds, point, (ids, space) => {
        expect(findSwarm(ids, space)).toBe(findSlowly(ids, space))
      }),
      { numRuns: 3000 },
    )
  })

  it('gives every id its own point', () => {
    fc.assert(
      fc.property(swarmIds, (ids) => {
        for (const id of ids) expect(findSwarm(ids, id)).toBe(id)
      }),
    )
  })

  it('is not changed by unassigned nodes (trap 2)', () => {
    fc.assert(
      fc.property(swarmIds, point, (ids, space) => {
        expect(findSwarm([...ids, INVALID_SWARM_ID], space)).toBe(findSwarm(ids, space))
      }),
    )
  })
})

describe('parseAccountBytes', () => {
  it('takes 66 hex digits and the same 33 bytes alike', () => {
    fc.assert(
      fc.property(arbitraryBytesOf(33), (bytes) => {
        expect(parseAccountBytes(encodeHex(bytes))).toEqual(parseAccountBytes(bytes))
      }),
    )
  })

  it('answers random bytes with a refusal, never a throw, unless there are 33', () => {
    fc.assert(
      fc.property(arbitraryBytes(70), (bytes) => {
        expect(parseAccountBytes(bytes) !== undefined).toBe(bytes.length === 33)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('answers random text with a refusal, never a throw', () => {
    fc.assert(
      fc.property(arbitraryText(70), (text) => {
        const account = parseAccountBytes(text)
        if (account !== undefined) expect(encodeHex(account)).toBe(text.toLowerCase())
      }),
      { numRuns: DECODER_RUNS },
    )
  })
})

describe('parseSwarmId', () => {
  it('reads what was written and nothing else: random text is a refusal, never a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          arbitraryText(20),
          fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'f', 'F') }),
        ),
        (text) => {
          const id = parseSwarmId(text)
          if (id !== undefined) expect(encodeSwarmId(id)).toBe(text)
        },
      ),
      { numRuns: DECODER_RUNS },
    )
  })

  it('gives back every id', () => {
    fc.assert(
      fc.property(point, (id) => {
        expect(parseSwarmId(encodeSwarmId(id))).toBe(id)
      }),
    )
  })
})

describe('decodeSubaccountToken', () => {
  it('answers random bytes with a refusal, never a throw, unless there are 36', () => {
    fc.assert(
      fc.property(fc.oneof(arbitraryBytes(80), arbitraryBytesOf(36)), (bytes) => {
        expect(decodeSubaccountToken(bytes) !== undefined).toBe(bytes.length === 36)
      }),
      { numRuns: DECODER_RUNS },
    )
  })

  it('permits what its flags say, however the required ones are combined', () => {
    fc.assert(
      fc.property(arbitraryBytesOf(36), fc.nat({ max: 15 }), (bytes, required) => {
        const token = decodeSubaccountToken(bytes)
        const flags = bytes[1] ?? 0
        expect(token && isPermitted(token, required)).toBe((flags | required) === flags)
      }),
    )
  })
})

describe('computeSwarmSpace', () => {
  it('does not depend on the prefix and changes with every single bit of the key (trap 2)', () => {
    fc.assert(
      fc.property(arbitraryBytesOf(33), fc.nat({ max: 263 }), (bytes, bit) => {
        const flipped = Uint8Array.from(bytes)
        flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
        const [before, after] = [parseAccountBytes(bytes), parseAccountBytes(flipped)]
        const isSame = before && after && computeSwarmSpace(before) === computeSwarmSpace(after)
        expect(isSame).toBe(bit < 8)
      }),
    )
  })
})
