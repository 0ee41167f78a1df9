/** Backups under a passphrase, and one that was written once and must open for ever. */
import { argon2Sync } from 'node:crypto'
import { backend as noble } from '@sotto/crypto/backend/noble'
import { decodeHex, encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import { describe, expect, it } from 'vitest'
import { encodeBackupFile, encodeBackupHeader } from './backup-file.ts'
import { BACKUP_COST, openBackup, sealBackup } from './seal-backup.ts'

const CHEAP = { passes: 1, memoryKibibytes: 8 }
const PASSPHRASE = 'four words make sense'
const CONTENTS = {
  nodeSeed: new Uint8Array(32).fill(0x11),
  authoritySeed: new Uint8Array(32).fill(0x22),
  config: 'SOTTO_HOST=192.0.2.7\n',
}
const OPTIONS = {
  passphrase: PASSPHRASE,
  randomness: createSeededRandomness('backup'),
  cost: CHEAP,
}

/** Version 1, cost of one pass over 8 KiB, passphrase and contents as above. Never change it. */
const FIXTURE =
  '534f54544f42414b010000000100000008000000c875bf0859aff7d3ef6ae5561fe751a5af27e288803f4dee702718fe' +
  '0e2883f81862b5e6f06d879974000000309e1b2c4ccffbec69d1b30d7718f23893c4dfc2c0205e094e522a09a106229f' +
  '6d41b68c7872a1af1a5a9bcd0c80a15f651f7d96a54d23545e732c99bd6bc4ac2f053025b77b177f86b1f7827a76506c' +
  '6a51ad3a620cbabf965bb7b129df09d0f90318c039145df87618929ac006bb56894842d0f312aa6fb56c47925705d4bd' +
  '731439c3ad2163e85aea299308241e7bdfeef3bc'

function readFixture(): Uint8Array {
  const bytes = decodeHex(FIXTURE)
  if (bytes === undefined) throw new TypeError('not hex')
  return bytes
}

describe('sealBackup and openBackup', () => {
  it('gives back seeds and configuration, with and without an authority', () => {
    const bytes = sealBackup(CONTENTS, OPTIONS)
    expect(openBackup(bytes, PASSPHRASE)).toEqual({ ok: true, value: CONTENTS })
    const { nodeSeed, config } = CONTENTS
    const plain = openBackup(sealBackup({ nodeSeed, config }, OPTIONS), PASSPHRASE)
    expect(plain).toEqual({ ok: true, value: { nodeSeed, config } })
  })

  it('opens the backup of version 1 that was written once', () => {
    expect(openBackup(readFixture(), PASSPHRASE)).toEqual({ ok: true, value: CONTENTS })
  })

  it('is what the document says, read a second way by its table with OpenSSL’s Argon2id and noble', () => {
    const file = Buffer.from(readFixture())
    const length = file.readUInt32LE(60)
    expect(file.subarray(0, 8).toString('latin1')).toBe('SOTTOBAK')
    expect(file).toHaveLength(64 + length + 32)
    const derived = argon2Sync('argon2id', {
      message: Buffer.from(PASSPHRASE),
      nonce: file.subarray(20, 36),
      parallelism: 1,
      tagLength: 32,
      memory: file.readUInt32LE(16),
      passes: file.readUInt32LE(12),
    })
    const key = noble.blake2b(file.subarray(0, 64), { length: 32, key: derived })
    const plaintext = new Uint8Array(length - 16)
    const sealed = file.subarray(64, 64 + length)
    expect(noble.openXChaCha20(plaintext, sealed, file.subarray(36, 60), key)).toBe(true)
    expect(encodeHex(plaintext)).toBe(
      `0120000000${'11'.repeat(32)}0220000000${'22'.repeat(32)}0315000000${encodeHex(encodeUtf8(CONTENTS.config))}`,
    )
    const checksum = noble.blake2b(file.subarray(0, 64 + length), { length: 32 })
    expect(checksum).toEqual(Uint8Array.from(file.subarray(64 + length)))
  })

  it('is another file each time, so that two backups of one node cannot be told to be that', () => {
    const [one, two] = [sealBackup(CONTENTS, OPTIONS), sealBackup(CONTENTS, OPTIONS)]
    expect(Buffer.from(one.subarray(20)).equals(two.subarray(20))).toBe(false)
  })

  it('shows nothing of what it holds', () => {
    const text = Buffer.from(sealBackup(CONTENTS, OPTIONS)).toString('latin1')
    expect(text).not.toContain('192.0.2.7')
    expect(text).not.toContain('\u0011'.repeat(8))
  })

  it.each(['', 'four words make sens', `${PASSPHRASE} `, PASSPHRASE.toUpperCase()])(
    'does not open with "%s"',
    (passphrase) => {
      expect(openBackup(readFixture(), passphrase)).toMatchObject({
        error: { code: 'backup_unopened' },
      })
    },
  )

  it('does not open when the header was altered and the checksum made right again', () => {
    const bytes = sealBackup(CONTENTS, OPTIONS)
    const length = bytes.length - 96
    const header = encodeBackupHeader(
      {
        cost: { passes: 2, memoryKibibytes: 8 },
        salt: bytes.slice(20, 36),
        nonce: bytes.slice(36, 60),
      },
      length,
    )
    const forged = encodeBackupFile(header, bytes.slice(64, 64 + length))
    expect(openBackup(forged, PASSPHRASE)).toMatchObject({ error: { code: 'backup_unopened' } })
  })

  it('costs a quarter of a gibibyte by default, and opens what it wrote', () => {
    const { passphrase, randomness } = OPTIONS
    const bytes = sealBackup(CONTENTS, { passphrase, randomness })
    expect(Buffer.from(bytes).readUInt32LE(16)).toBe(BACKUP_COST.memoryKibibytes)
    expect(openBackup(bytes, PASSPHRASE)).toMatchObject({ ok: true })
  })
})
