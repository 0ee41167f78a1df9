/** The keys of a node and the file that they come from. */
import { access, chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { agree, createAgreementKeyPair } from '@sotto/crypto/agreement'
import { encodeHex } from '@sotto/crypto/bytes'
import { decapsulate, encapsulate, hashHybridKey, toHybridPublicKey } from '@sotto/crypto/kem'
import { systemRandomness } from '@sotto/crypto/randomness'
import { convertSigningPublicKey, sign, verify } from '@sotto/crypto/signing'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { deriveNodeIdentity } from './node-identity.ts'
import { openNodeSeed } from './node-seed-file.ts'

const SEED = createSeededRandomness('identity').bytes(32)

async function createFolder() {
  const path = await mkdtemp(join(tmpdir(), 'sotto-seed-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe('deriveNodeIdentity', () => {
  it('gives the same keys for the same seed and others for another', () => {
    const [first, second] = [deriveNodeIdentity(SEED), deriveNodeIdentity(Uint8Array.from(SEED))]
    expect(first.signing.publicKey).toEqual(second.signing.publicKey)
    expect(first.legacy.publicKey).toEqual(second.legacy.publicKey)
    expect(first.hybrid.publicKey).toEqual(second.hybrid.publicKey)
    const other = deriveNodeIdentity(Uint8Array.from(SEED, (byte) => byte ^ 1))
    expect(other.signing.publicKey).not.toEqual(first.signing.publicKey)
    expect(other.hybrid.publicKey).not.toEqual(first.hybrid.publicKey)
  })

  it('keeps for ever what it gave for the bytes 0 to 31: with other keys every node would be a new one', () => {
    const identity = deriveNodeIdentity(Uint8Array.from({ length: 32 }, (_, index) => index))
    expect({
      signing: encodeHex(identity.signing.publicKey),
      agreement: encodeHex(identity.agreement.publicKey),
      legacy: encodeHex(identity.legacy.publicKey),
      hybridHash: encodeHex(hashHybridKey(identity.hybrid.publicKey)),
    }).toEqual({
      signing: 'bd0924cb610185fb75791b8d98f8b671cc1d26fb477b9fdd0da92cf3ce8aaef5',
      agreement: '43a28e1632452c0a1e33d987fb926a37cf5da150fa7240144c3008b1b7c8196e',
      legacy: 'ecbec03dd8bc3053af8d5656e8a7db2581ae3e45f1cfa5df2ab788a6e526710f',
      hybridHash: 'df3e0d106d06ba3b0166f7f81e4e10c80e26bf8a6a7dfd50343ffcde3462ad9d',
    })
  })

  it('keeps the keys apart: none says anything about another’s secret', () => {
    const { signing, agreement, legacy, hybrid } = deriveNodeIdentity(SEED)
    const keys = [
      signing.publicKey,
      agreement.publicKey,
      legacy.publicKey,
      signing.seed,
      legacy.seed,
      hybrid.agreement.publicKey,
      hybrid.agreement.secretKey,
      hybrid.kem.publicKey,
      SEED,
    ]
    expect(new Set(keys.map(encodeHex)).size).toBe(keys.length)
  })

  it('has an X25519 key that everybody can compute from the Ed25519 key', () => {
    const { signing, agreement } = deriveNodeIdentity(SEED)
    expect(convertSigningPublicKey(signing.publicKey)).toEqual(agreement.publicKey)
  })

  it('has keys that work', () => {
    const { signing, agreement, legacy } = deriveNodeIdentity(SEED)
    const message = Uint8Array.of(1, 2, 3)
    for (const pair of [signing, legacy]) {
      const signature = sign(pair, message)
      expect(verify({ publicKey: pair.publicKey, message, signature })).toBe(true)
    }
    const client = createAgreementKeyPair(systemRandomness)
    expect(agree(client.secretKey, agreement.publicKey)).toEqual(
      agree(agreement.secretKey, client.publicKey),
    )
  })

  it('has a hybrid key that others take, both halves of which work', () => {
    const { hybrid } = deriveNodeIdentity(SEED)
    expect(toHybridPublicKey(Uint8Array.from(hybrid.publicKey))).toEqual(hybrid.publicKey)
    const { ciphertext, sharedSecret } = encapsulate(hybrid.kem.publicKey, systemRandomness)
    expect(decapsulate(hybrid.kem, ciphertext)).toEqual(sharedSecret)
    const client = createAgreementKeyPair(systemRandomness)
    expect(agree(client.secretKey, hybrid.agreement.publicKey)).toEqual(
      agree(hybrid.agreement.secretKey, client.publicKey),
    )
  })

  it.each([0, 16, 31, 33])('throws for a seed of %i bytes, which is our own mistake', (length) => {
    expect(() => deriveNodeIdentity(new Uint8Array(length))).toThrow(RangeError)
  })
})

describe('openNodeSeed', () => {
  it('makes a seed once and finds it again', async () => {
    await using folder = await createFolder()
    const seed = await openNodeSeed(folder.path)
    expect(seed).toHaveLength(32)
    expect(await openNodeSeed(folder.path)).toEqual(seed)
  })

  it('is readable for its owner alone', async () => {
    await using folder = await createFolder()
    await openNodeSeed(folder.path)
    expect((await stat(join(folder.path, 'node.seed'))).mode & 0o777).toBe(0o600)
  })

  it('leaves nothing behind but the one file', async () => {
    await using folder = await createFolder()
    await openNodeSeed(folder.path)
    expect(await readdir(folder.path)).toEqual(['node.seed'])
  })

  it('gives one seed to two nodes that start at the same time, or fails; never two seeds', async () => {
    await using folder = await createFolder()
    const results = await Promise.allSettled(
      Array.from({ length: 8 }, () => openNodeSeed(folder.path)),
    )
    const kept = await openNodeSeed(folder.path)
    for (const result of results) {
      if (result.status === 'fulfilled') expect(result.value).toEqual(kept)
    }
    expect(results.some(({ status }) => status === 'fulfilled')).toBe(true)
    expect(await readdir(folder.path)).toEqual(['node.seed'])
  })

  it.each([[''], ['abc'], ['zz'.repeat(32)], ['ab'.repeat(31)], ['ab'.repeat(33)]])(
    'refuses the damaged file %j and does not replace it',
    async (text) => {
      await using folder = await createFolder()
      const path = join(folder.path, 'node.seed')
      await writeFile(path, text)
      await expect(openNodeSeed(folder.path)).rejects.toThrow('holds no seed')
      expect(await readFile(path, 'utf8')).toBe(text)
    },
  )

  it('reads a seed that an operator wrote, with or without an end of line', async () => {
    await using folder = await createFolder()
    const path = join(folder.path, 'node.seed')
    await writeFile(path, encodeHex(SEED).toUpperCase())
    expect(await openNodeSeed(folder.path)).toEqual(SEED)
    await chmod(path, 0o600)
    await access(path)
  })
})
