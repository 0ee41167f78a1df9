import { expect, test } from 'vitest'
import { createSeededRandomness } from './seeded-randomness.ts'

test('it gives equal bytes for equal seeds, however they are cut', () => {
  const whole = createSeededRandomness('seed').bytes(100)
  const parts = createSeededRandomness('seed')
  expect([...parts.bytes(1), ...parts.bytes(33), ...parts.bytes(66)]).toEqual([...whole])
})

test('it gives other bytes for another seed, and goes on with each call', () => {
  const randomness = createSeededRandomness('seed')
  const first = randomness.bytes(32)
  expect(randomness.bytes(32)).not.toEqual(first)
  expect(createSeededRandomness('Seed').bytes(32)).not.toEqual(first)
})

test('it is the same on every machine and in every version: known accounts are derived from it', () => {
  const hex = Buffer.from(createSeededRandomness('demo').bytes(16)).toString('hex')
  expect(hex).toBe('73c4b61262e6466a6cc44f63fb9dbc81')
})

test('it gives plain bytes that the caller owns', () => {
  const bytes = createSeededRandomness('seed').bytes(16)
  expect(Object.getPrototypeOf(bytes)).toBe(Uint8Array.prototype)
  expect(bytes.buffer.byteLength).toBe(16)
})
