import { describe, expect, test } from 'vitest'
import { parseOnionCipher } from './index.ts'

describe('parseOnionCipher', () => {
  test('it takes a layer that names no cipher for AES-GCM, as old clients send it', () => {
    expect(parseOnionCipher(undefined)).toBe('aes-gcm')
  })

  test.each([
    ['aes-gcm', 'aes-gcm'],
    ['gcm', 'aes-gcm'],
    ['aes-cbc', 'aes-cbc'],
    ['cbc', 'aes-cbc'],
    ['xchacha20', 'xchacha20'],
    ['xchacha20-poly1305', 'xchacha20'],
  ])('it reads %s as %s', (name, cipher) => {
    expect(parseOnionCipher(name)).toBe(cipher)
  })

  test.each([
    '',
    'AES-GCM',
    'none',
    'null',
    'toString',
    '__proto__',
    'constructor',
    'hasOwnProperty',
  ])(
    'it refuses %j instead of falling back, so that nobody can talk two parties into another cipher',
    (name) => {
      expect(parseOnionCipher(name)).toBeUndefined()
    },
  )
})
