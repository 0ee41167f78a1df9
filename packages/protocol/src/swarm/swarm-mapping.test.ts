/** The mapping of accounts to swarms, against a slow reading of the rule, and at its edges. */
import { describe, expect, it } from 'vitest'
import {
  type AccountBytes,
  INVALID_SWARM_ID,
  computeSwarmSpace,
  encodeSwarmId,
  findSwarm,
  parseAccountBytes,
  parseSwarmId,
} from './index.ts'

function accountOf(hex: string): AccountBytes {
  const account = parseAccountBytes(hex)
  if (account === undefined) throw new Error('no account')
  return account
}

describe('computeSwarmSpace', () => {
  it('reads big-endian words (trap 2)', () => {
    expect(computeSwarmSpace(accountOf(`05${'00'.repeat(31)}01`))).toBe(1n)
    expect(computeSwarmSpace(accountOf(`05${'00'.repeat(24)}01${'00'.repeat(7)}`))).toBe(2n ** 56n)
  })

  it('ignores the prefix (trap 2)', () => {
    const key = '0123456789abcdef'.repeat(3) + '00'.repeat(8)
    const spaces = ['00', '03', '05', 'ff'].map((prefix) =>
      computeSwarmSpace(accountOf(prefix + key)),
    )
    expect(new Set(spaces)).toEqual(new Set([0x0123456789abcdefn]))
  })

  it('reads an account that is a view into something larger', () => {
    const larger = new Uint8Array(50)
    larger[40] = 7
    const account = parseAccountBytes(larger.subarray(8, 41))
    expect(account && computeSwarmSpace(account)).toBe(7n)
  })
})

describe('findSwarm', () => {
  it('gives a point in the middle to the lower neighbour (trap 2)', () => {
    expect(findSwarm([100n, 200n], 150n)).toBe(100n)
    expect(findSwarm([100n, 200n], 151n)).toBe(200n)
  })

  it('measures around the ring (trap 2)', () => {
    const ids = [10n, 2n ** 63n]
    expect(findSwarm(ids, 2n ** 64n - 2n)).toBe(10n)
    expect(findSwarm(ids, 0n)).toBe(10n)
  })

  it('gives a point in the middle of the wrapping gap to the last swarm (trap 2)', () => {
    expect(findSwarm([20n, 2n ** 64n - 20n], 0n)).toBe(2n ** 64n - 20n)
    expect(findSwarm([20n, 2n ** 64n - 20n], 1n)).toBe(20n)
  })

  it('never gives the invalid id, even to a point beside it (trap 2)', () => {
    expect(findSwarm([0n, 5n, INVALID_SWARM_ID], INVALID_SWARM_ID - 1n)).toBe(0n)
    expect(findSwarm([INVALID_SWARM_ID], 0n)).toBeUndefined()
  })

  it('gives nothing without swarms and everything to the only swarm', () => {
    expect(findSwarm([], 0n)).toBeUndefined()
    for (const space of [0n, 6n, 7n, 8n, 2n ** 63n, INVALID_SWARM_ID]) {
      expect(findSwarm([7n], space)).toBe(7n)
    }
  })
})

describe('swarm id texts', () => {
  it('have no padding and no prefix', () => {
    expect(encodeSwarmId(0n)).toBe('0')
    expect(encodeSwarmId(0xabcn)).toBe('abc')
    expect(encodeSwarmId(INVALID_SWARM_ID)).toBe('ffffffffffffffff')
  })

  it('are read back exactly, also beyond doubles (trap 35)', () => {
    const id = 2n ** 63n + 1n
    expect(parseSwarmId(encodeSwarmId(id))).toBe(id)
    expect(BigInt(Number(id))).not.toBe(id)
  })

  it.each(['', '00', 'A', '0x1', '-1', '1'.repeat(17), '1\n'])('refuse %j', (text) => {
    expect(parseSwarmId(text)).toBeUndefined()
  })
})
