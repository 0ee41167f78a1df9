/**
 * Message hashes and the swarm of an account, written a second time from the wire contract (spec 02 §2, spec 03 §3.5)
 * with nothing but buffers and the slow BLAKE2b.
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveMessageHash } from '@sotto/crypto/hash'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { INVALID_SWARM_ID, computeSwarmSpace, findSwarm } from '../src/swarm/index.ts'
import { hashSlowly } from './reference-hash.ts'
import { bytesOfAccount } from './rpc-fixtures.ts'

const RING = 2n ** 64n
const ACCOUNT = Buffer.from(
  '05ffba630924aa1224bb930dde21c0d11bf004608f2812217f8ac812d6c7e3ad48',
  'hex',
)
const arbitraryAccount = fc.uint8Array({ minLength: 33, maxLength: 33 })
const arbitraryPoint = fc.bigInt({ min: 0n, max: RING - 1n })

function hashTheirs(account: Uint8Array, namespace: number, data: Uint8Array): string {
  const text = namespace === 0 ? '' : namespace.toString(10)
  const input = Buffer.concat([account, Buffer.from(text), data])
  return hashSlowly(input, 32).toString('base64').replaceAll('=', '')
}

function hashOurs(account: Uint8Array, namespace: number, data: Uint8Array): string {
  return deriveMessageHash({ account: Uint8Array.from(account), namespace, data })
}

/** Byte by byte, so that no reader of 64-bit words can have the wrong end in common with ours. */
function computeSpaceSlowly(account: Uint8Array): bigint {
  const space = Buffer.alloc(8)
  for (const [index, byte] of account.subarray(1).entries()) {
    space.writeUInt8(space.readUInt8(index % 8) ^ byte, index % 8)
  }
  return BigInt(`0x${space.toString('hex')}`)
}

/** The rule as it is written: the first id at or above, the one before, modular distances, ties to the left. */
function findSlowly(ids: readonly bigint[], space: bigint): bigint | undefined {
  const valid = ids.filter((id) => id !== RING - 1n)
  const first = valid[0]
  const last = valid.at(-1)
  if (first === undefined || last === undefined) return undefined
  const right = valid.find((id) => id >= space) ?? first
  const left = valid.toReversed().find((id) => id < space) ?? last
  const distance = (from: bigint, to: bigint): bigint => (to - from + RING) % RING
  return distance(space, right) < distance(left, space) ? right : left
}

describe('the hash of a message', () => {
  it.each([0, 1, 93, 94, 95, 96, 222, 223, 1000, 76_800])(
    'is theirs over %i bytes of data, in every namespace of clients (trap 1)',
    (size) => {
      const data = Uint8Array.from({ length: size }, (_, index) => index & 0xff)
      for (const namespace of size > 1000 ? [0, -11] : [0, 1, 2, 11, 32_767, -1, -10, -32_768]) {
        expect(hashOurs(ACCOUNT, namespace, data)).toBe(hashTheirs(ACCOUNT, namespace, data))
      }
    },
  )

  it('is theirs for any account, namespace and data, with 43 characters (trap 1)', () => {
    const namespace = fc.integer({ min: -32_768, max: 32_767 })
    fc.assert(
      fc.property(arbitraryAccount, namespace, fc.uint8Array(), (account, number, data) => {
        const hash = hashOurs(account, number, data)
        expect(hash).toBe(hashTheirs(account, number, data))
        expect(hash).toMatch(/^[A-Za-z0-9+/]{43}$/)
      }),
      { numRuns: 200 },
    )
  })

  it('differs for the same key under another prefix: 03 and 05 share no message (trap 1)', () => {
    const data = Uint8Array.of(1)
    const hashes = [0x03, 0x05, 0x15, 0x25].map((prefix) =>
      hashOurs(Buffer.concat([Uint8Array.of(prefix), ACCOUNT.subarray(1)]), 0, data),
    )
    expect(new Set(hashes).size).toBe(4)
  })

  /** Nothing stands between namespace and data, so a store must not take the hash alone for the message's place. */
  it('is the same for boxes of one account whose texts run together, so it names no box', () => {
    const text = (value: string): Buffer => Buffer.from(value)
    expect(hashOurs(ACCOUNT, 1, text('1hello'))).toBe(hashOurs(ACCOUNT, 11, text('hello')))
    expect(hashOurs(ACCOUNT, 0, text('11hello'))).toBe(hashOurs(ACCOUNT, 11, text('hello')))
    expect(hashOurs(ACCOUNT, 0, text('-10hello'))).toBe(hashOurs(ACCOUNT, -10, text('hello')))
  })
})

describe('the swarm of an account', () => {
  it('has a point that is theirs, for any account (trap 2)', () => {
    fc.assert(
      fc.property(arbitraryAccount, (account) => {
        const ours = computeSwarmSpace(bytesOfAccount(encodeHex(account)))
        expect(ours).toBe(computeSpaceSlowly(account))
      }),
      { numRuns: 1000 },
    )
  })

  it('is theirs for any ids and any point, the invalid id among them or not (trap 2)', () => {
    const ids = fc.uniqueArray(fc.oneof(arbitraryPoint, fc.constant(INVALID_SWARM_ID)), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(ids, arbitraryPoint, (list, space) => {
        const sorted = list.toSorted((a, b) => (a < b ? -1 : 1))
        expect(findSwarm(sorted, space)).toBe(findSlowly(sorted, space))
      }),
      { numRuns: 2000 },
    )
  })

  it('is theirs at, beside and between ids at both ends of the ring (trap 2)', () => {
    const lists = [
      [0n],
      [0n, RING - 2n],
      [0n, 1n, 2n],
      [1n, RING / 2n],
      [RING - 3n, RING - 2n],
      [0n, RING / 2n, RING - 2n, INVALID_SWARM_ID],
      [INVALID_SWARM_ID],
      [],
    ]
    for (const ids of lists) {
      const edges = [0n, ...ids, RING / 2n, RING / 4n, RING - 1n]
      const points = edges.flatMap((edge) => [edge - 1n, edge, edge + 1n])
      for (const point of points.map((each) => BigInt.asUintN(64, each))) {
        expect(findSwarm(ids, point), `${ids.join()} at ${point}`).toBe(findSlowly(ids, point))
      }
    }
  })

  it('splits a gap so that each neighbour is chosen up to its half, ties to the lower (trap 2)', () => {
    for (const [left, right] of [
      [100n, 200n],
      [100n, 201n],
      [0n, 1n],
      [RING - 2n, 0n],
      [RING - 20n, 100n],
    ] as const) {
      const gap = BigInt.asUintN(64, right - left)
      const ids = [left, right].toSorted((a, b) => (a < b ? -1 : 1))
      const middle = BigInt.asUintN(64, left + gap / 2n)
      expect(findSwarm(ids, middle)).toBe(left)
      expect(findSwarm(ids, BigInt.asUintN(64, middle + 1n))).toBe(right)
    }
  })
})
