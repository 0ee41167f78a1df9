import { expect, test } from 'vitest'
import { assertLength } from './assert-length.ts'
import { err, ok } from './result.ts'

test('it tells an outcome from a refusal by one field, whatever the value is', () => {
  expect(ok(undefined)).toEqual({ ok: true, value: undefined })
  expect(err(undefined)).toEqual({ ok: false, error: undefined })
})

test('it throws for a length that our own code got wrong, and tells lengths only', () => {
  expect(() => assertLength(new Uint8Array(3), 32, 'key')).toThrow('key has 3 bytes, not 32')
  expect(() => assertLength(new Uint8Array(32), 32, 'key')).not.toThrow()
})
