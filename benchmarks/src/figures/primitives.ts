/**
 * Every primitive on both back ends, beside libsodium's WebAssembly build. Shown, without a target: it
 * says what a browser pays for the reference back end and what a node gains from the native one.
 *
 * @module
 */
import libsodium from 'libsodium-wrappers'
import type { CryptoBackend } from '@sotto/crypto/backend'
import { backend as native } from '@sotto/crypto/backend/native'
import { backend as noble } from '@sotto/crypto/backend/noble'
import { medianOf, medianRatio, runInterleaved } from '../measure/rounds.ts'
import { formatNumber, type Table } from '../table.ts'

const BODY = new Uint8Array(1024).fill(7)
const SEED = new Uint8Array(32).fill(3)
const KEM_SEED = new Uint8Array(64).fill(3)
const NONCE_24 = new Uint8Array(24).fill(1)
const NONCE_12 = new Uint8Array(12).fill(1)
const SLICE_MS = 60

type Operation = () => unknown
/** `libsodium` is undefined where its WebAssembly build has no such function. */
interface Primitive {
  readonly name: string
  readonly ours: (backend: CryptoBackend) => Operation
  readonly libsodium: Operation | undefined
}

function createPrimitives(): readonly Primitive[] {
  const ed = native.deriveEd25519PublicKey(SEED)
  const edSecret = Uint8Array.of(...SEED, ...ed)
  const x = native.deriveX25519PublicKey(SEED)
  const signature = native.signEd25519(SEED, ed, BODY)
  const sealed = new Uint8Array(BODY.length + 16)
  const opened = new Uint8Array(BODY.length)
  native.sealXChaCha20(sealed, BODY, NONCE_24, SEED)
  return [
    {
      name: 'X25519 agreement',
      ours: (b) => () => b.agreeX25519(SEED, x),
      libsodium: () => libsodium.crypto_scalarmult(SEED, x),
    },
    {
      name: 'X25519 key pair',
      ours: (b) => () => b.deriveX25519PublicKey(SEED),
      libsodium: () => libsodium.crypto_scalarmult_base(SEED),
    },
    {
      name: 'Ed25519 sign, 1 KiB',
      ours: (b) => () => b.signEd25519(SEED, ed, BODY),
      libsodium: () => libsodium.crypto_sign_detached(BODY, edSecret),
    },
    {
      name: 'Ed25519 verify, 1 KiB',
      ours: (b) => () => b.verifyEd25519(ed, BODY, signature),
      libsodium: () => libsodium.crypto_sign_verify_detached(signature, BODY, ed),
    },
    {
      name: 'XChaCha20-Poly1305 seal, 1 KiB',
      ours: (b) => () => b.sealXChaCha20(new Uint8Array(BODY.length + 16), BODY, NONCE_24, SEED),
      libsodium: () =>
        libsodium.crypto_aead_xchacha20poly1305_ietf_encrypt(BODY, null, null, NONCE_24, SEED),
    },
    {
      name: 'XChaCha20-Poly1305 open, 1 KiB',
      ours: (b) => () => b.openXChaCha20(opened, sealed, NONCE_24, SEED),
      libsodium: () =>
        libsodium.crypto_aead_xchacha20poly1305_ietf_decrypt(null, sealed, null, NONCE_24, SEED),
    },
    {
      name: 'AES-256-GCM seal, 1 KiB',
      ours: (b) => () => b.sealAesGcm(new Uint8Array(BODY.length + 16), BODY, NONCE_12, SEED),
      libsodium: undefined,
    },
    {
      name: 'BLAKE2b-256, 1 KiB',
      ours: (b) => () => b.blake2b(BODY, { length: 32 }),
      libsodium: () => libsodium.crypto_generichash(32, BODY, null),
    },
    {
      name: 'HMAC-SHA-256, 32 B',
      ours: (b) => () => b.hmacSha256(SEED, SEED),
      libsodium: undefined,
    },
    {
      name: 'crypto_box, 1 KiB',
      ours: (b) => {
        const keys = { publicKey: x, secretKey: SEED }
        return () => b.sealBox(new Uint8Array(BODY.length + 16), BODY, NONCE_24, keys)
      },
      libsodium: () => libsodium.crypto_box_easy(BODY, NONCE_24, x, SEED),
    },
    ...createKemPrimitives(),
  ]
}

function createKemPrimitives(): readonly Primitive[] {
  const { publicKey } = native.deriveKem(KEM_SEED)
  const { ciphertext } = native.encapsulateKem(publicKey)
  const { privateKey } = libsodium.crypto_kem_mlkem768_seed_keypair(KEM_SEED)
  return [
    {
      name: 'ML-KEM-768 key pair',
      ours: (b) => () => b.deriveKem(KEM_SEED),
      libsodium: () => libsodium.crypto_kem_mlkem768_seed_keypair(KEM_SEED),
    },
    {
      name: 'ML-KEM-768 encapsulate',
      ours: (b) => () => b.encapsulateKem(publicKey),
      libsodium: () => libsodium.crypto_kem_mlkem768_enc(publicKey),
    },
    {
      name: 'ML-KEM-768 encapsulate, bytes given',
      ours: (b) => () => b.encapsulateKem(publicKey, SEED),
      libsodium: () => libsodium.crypto_kem_mlkem768_enc_deterministic(publicKey, SEED),
    },
    {
      name: 'ML-KEM-768 decapsulate',
      ours: (b) => {
        const { secret } = b.deriveKem(KEM_SEED)
        return () => secret.decapsulate(ciphertext)
      },
      libsodium: () => libsodium.crypto_kem_mlkem768_dec(ciphertext, privateKey),
    },
  ]
}

/** Microseconds per call, over a slice of time long enough for the compiler to have settled. */
function timeOperation(operation: Operation): number {
  const startedAt = performance.now()
  let count = 0
  let elapsed = 0
  while (elapsed < SLICE_MS) {
    for (let batch = 0; batch < 16; batch += 1) operation()
    count += 16
    elapsed = performance.now() - startedAt
  }
  return (elapsed * 1000) / count
}

export async function measurePrimitives(): Promise<Table> {
  await libsodium.ready
  const rows: string[][] = []
  for (const primitive of createPrimitives()) {
    const peer = primitive.libsodium
    const results = await runInterleaved([
      { name: 'native', run: () => timeOperation(primitive.ours(native)) },
      { name: 'noble', run: () => timeOperation(primitive.ours(noble)) },
      { name: 'libsodium', run: () => (peer === undefined ? Number.NaN : timeOperation(peer)) },
    ])
    const micros = (name: string): string =>
      formatNumber(
        medianOf(results, name, (us) => us),
        1,
      )
    const ratio = (ours: string): string =>
      formatNumber(medianRatio(results, { ours, peer: 'libsodium', read: (us) => us }), 2)
    rows.push([
      primitive.name,
      micros('native'),
      micros('noble'),
      micros('libsodium'),
      ratio('native'),
      ratio('noble'),
    ])
  }
  return {
    title: 'Primitives, µs a call',
    columns: [
      'primitive',
      'native',
      'noble',
      'libsodium-wrappers',
      'native ÷ libsodium',
      'noble ÷ libsodium',
    ],
    rows,
    notes: [
      'libsodium-wrappers is libsodium compiled to WebAssembly; “–” where that build lacks the function.',
    ],
  }
}
