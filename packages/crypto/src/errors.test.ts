import { expect, test } from 'vitest'
import { CRYPTO_ERRORS, CryptoError } from './errors.ts'

test('it keeps code and cause, and has a message without any input in it', () => {
  const cause = new Error('cause')
  const error = new CryptoError('seal_unopened', { cause })
  expect(error).toMatchObject({ name: 'CryptoError', code: 'seal_unopened', cause })
  expect(error.message).toBe(`seal_unopened: ${CRYPTO_ERRORS.seal_unopened.meaning}`)
})

test('it calls nothing worth a retry: the same bytes are refused again', () => {
  for (const entry of Object.values(CRYPTO_ERRORS)) expect(entry.retryable).toBe(false)
})
