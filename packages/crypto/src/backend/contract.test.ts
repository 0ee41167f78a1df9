/**
 * What `CryptoBackend` promises beside its results: inputs stay as they were, outputs are
 * fresh, views are read and written within their bounds. A back end that broke this would
 * corrupt keys far away from the call.
 */
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, test } from 'vitest'
import type { CryptoBackend } from './crypto-backend.ts'
import { backend as native } from './native.ts'
import { backend as noble } from './noble.ts'

const randomness = createSeededRandomness('contract')
const TAG_BYTES = 16

interface Operation {
  readonly name: string
  /** Lengths of the inputs. */
  readonly inputs: readonly number[]
  run(backend: CryptoBackend, inputs: readonly Uint8Array[]): unknown
}

function at(inputs: readonly Uint8Array[], index: number): Uint8Array {
  const input = inputs[index]
  if (input === undefined) throw new TypeError('an operation names too few inputs')
  return input
}

function define(name: string, inputs: readonly number[], run: Operation['run']): Operation {
  return { name, inputs, run }
}

/** Runs a cipher that writes into memory, and gives back what it wrote. */
function written(length: number, write: (output: Uint8Array) => void): Uint8Array {
  const output = new Uint8Array(length)
  write(output)
  return output
}

const OPERATIONS: readonly Operation[] = [
  define('blake2b', [50, 32], (backend, inputs) =>
    backend.blake2b(at(inputs, 0), { length: 32, key: at(inputs, 1) }),
  ),
  define('blake2b, personalised', [50, 16], (backend, inputs) =>
    backend.blake2b(at(inputs, 0), { length: 32, personalisation: at(inputs, 1) }),
  ),
  define('sha256', [50], (backend, inputs) => backend.sha256(at(inputs, 0))),
  define('sha512', [50], (backend, inputs) => backend.sha512(at(inputs, 0))),
  define('sha3', [50], (backend, inputs) => backend.sha3(at(inputs, 0))),
  define('shake256', [50], (backend, inputs) => backend.shake256(at(inputs, 0), 96)),
  define('hmacSha256', [100, 50], (backend, inputs) =>
    backend.hmacSha256(at(inputs, 0), at(inputs, 1)),
  ),
  define('argon2id', [12, 16], (backend, inputs) =>
    backend.argon2id(at(inputs, 0), at(inputs, 1), { passes: 1, memoryKibibytes: 8 }),
  ),
  define('deriveEd25519PublicKey', [32], (backend, inputs) =>
    backend.deriveEd25519PublicKey(at(inputs, 0)),
  ),
  define('signEd25519', [32, 50], (backend, inputs) => {
    const publicKey = backend.deriveEd25519PublicKey(at(inputs, 0))
    return backend.signEd25519(at(inputs, 0), publicKey, at(inputs, 1))
  }),
  define('verifyEd25519', [32, 50, 64], (backend, inputs) =>
    backend.verifyEd25519(at(inputs, 0), at(inputs, 1), at(inputs, 2)),
  ),
  define('deriveX25519PublicKey', [32], (backend, inputs) =>
    backend.deriveX25519PublicKey(at(inputs, 0)),
  ),
  define('agreeX25519', [32, 32], (backend, inputs) =>
    backend.agreeX25519(at(inputs, 0), at(inputs, 1)),
  ),
  define('xorXChaCha20', [50, 24, 32], (backend, inputs) =>
    backend.xorXChaCha20(at(inputs, 0), at(inputs, 1), at(inputs, 2)),
  ),
  define('sealXChaCha20', [50, 24, 32], (backend, inputs) =>
    written(50 + TAG_BYTES, (output) =>
      backend.sealXChaCha20(output, at(inputs, 0), at(inputs, 1), at(inputs, 2)),
    ),
  ),
  define('openXChaCha20', [50, 24, 32], (backend, inputs) =>
    backend.openXChaCha20(new Uint8Array(34), at(inputs, 0), at(inputs, 1), at(inputs, 2)),
  ),
  define('sealAesGcm', [50, 12, 32], (backend, inputs) =>
    written(50 + TAG_BYTES, (output) =>
      backend.sealAesGcm(output, at(inputs, 0), at(inputs, 1), at(inputs, 2)),
    ),
  ),
  define('openAesGcm', [50, 12, 32], (backend, inputs) =>
    backend.openAesGcm(new Uint8Array(34), at(inputs, 0), at(inputs, 1), at(inputs, 2)),
  ),
  define('sealAesCbc', [50, 16, 32], (backend, inputs) =>
    written(64, (output) =>
      backend.sealAesCbc(output, at(inputs, 0), at(inputs, 1), at(inputs, 2)),
    ),
  ),
  define('openAesCbc', [64, 16, 32], (backend, inputs) =>
    backend.openAesCbc(at(inputs, 0), at(inputs, 1), at(inputs, 2)),
  ),
  define('sealBox', [50, 24, 32, 32], (backend, inputs) => {
    const keys = { publicKey: at(inputs, 2), secretKey: at(inputs, 3) }
    return written(66, (output) => backend.sealBox(output, at(inputs, 0), at(inputs, 1), keys))
  }),
  define('openBox', [50, 24, 32, 32], (backend, inputs) => {
    const keys = { publicKey: at(inputs, 2), secretKey: at(inputs, 3) }
    return backend.openBox(new Uint8Array(34), at(inputs, 0), at(inputs, 1), keys)
  }),
  define('secret stream, pushed', [32, 24, 50], (backend, inputs) =>
    written(67, (output) =>
      backend.createSecretStream(at(inputs, 0), at(inputs, 1)).push(output, at(inputs, 2), 3),
    ),
  ),
  define('secret stream, pulled', [32, 24, 50], (backend, inputs) =>
    backend
      .createSecretStream(at(inputs, 0), at(inputs, 1))
      .pull(new Uint8Array(33), at(inputs, 2)),
  ),
  define('running blake2b', [50, 32, 16], (backend, inputs) => {
    const [message, key, personalisation] = [at(inputs, 0), at(inputs, 1), at(inputs, 2)]
    const hash = backend.createBlake2b({ length: 56, key, personalisation })
    hash.update(message.subarray(0, 7))
    hash.update(message.subarray(7))
    return hash.digest()
  }),
  define('deriveKem', [64], (backend, inputs) => backend.deriveKem(at(inputs, 0)).publicKey),
  define('encapsulateKem', [64, 32], (backend, inputs) => {
    const { publicKey } = backend.deriveKem(at(inputs, 0))
    return backend.encapsulateKem(publicKey, at(inputs, 1)).ciphertext
  }),
  define('encapsulateKem, its secret', [64, 32], (backend, inputs) => {
    const { publicKey } = backend.deriveKem(at(inputs, 0))
    return backend.encapsulateKem(publicKey, at(inputs, 1)).sharedSecret
  }),
  define('decapsulate', [64, 1088], (backend, inputs) =>
    backend.deriveKem(at(inputs, 0)).secret.decapsulate(at(inputs, 1)),
  ),
  define('encodeHex', [50], (backend, inputs) => backend.encodeHex(at(inputs, 0))),
  define('encodeBase64', [50], (backend, inputs) => backend.encodeBase64(at(inputs, 0))),
  define('decodeUtf8', [5], (backend, inputs) => backend.decodeUtf8(at(inputs, 0))),
]

describe.each([native, noble])('$name', (backend) => {
  test.each(OPERATIONS)('it leaves the inputs of $name as they were', (operation) => {
    const inputs = operation.inputs.map((length) => randomness.bytes(length))
    const before = inputs.map((input) => Uint8Array.from(input))
    operation.run(backend, inputs)
    expect(inputs).toEqual(before)
  })

  test.each(OPERATIONS)('it gives equal results of $name each time, and for views', (operation) => {
    const inputs = operation.inputs.map((length) => randomness.bytes(length))
    const first = operation.run(backend, inputs)
    // Odd offsets: a library that reads words would need aligned memory.
    const views = inputs.map((input, index) => {
      const memory = randomness.bytes(input.length + 20)
      memory.set(input, 2 * index + 1)
      return memory.subarray(2 * index + 1, 2 * index + 1 + input.length)
    })
    expect(operation.run(backend, views)).toEqual(first)
  })

  test.each(OPERATIONS)(
    'it gives bytes of $name that are plain and share no memory',
    (operation) => {
      const inputs = operation.inputs.map((length) => randomness.bytes(length))
      const output = operation.run(backend, inputs)
      if (!(output instanceof Uint8Array)) return
      expect(Object.getPrototypeOf(output)).toBe(Uint8Array.prototype)
      for (const input of inputs) expect(output.buffer).not.toBe(input.buffer)
      expect(operation.run(backend, inputs)).not.toBe(output)
    },
  )
})
