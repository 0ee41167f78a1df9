/**
 * Archives, written a second time from spec 16 with OpenSSL's Argon2id and ChaCha20 and nothing of ours: it reads what we write and we
 * read what it writes, record by record.
 */
import { argon2Sync, createCipheriv } from 'node:crypto'
import { loadVectors } from '@sotto/testkit/vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ArchiveRecord } from '../src/archive/index.ts'
import {
  arbitraryRecord,
  OWNER,
  PASSPHRASE,
  readArchive,
  writeArchive,
} from './archive-fixtures.ts'
import { hashSlowly } from './reference-hash.ts'
import { computePoly1305, deriveHchacha20 } from './reference-stream.ts'

const HEADER_BYTES = 60
const CHUNK_BYTES = 65_536
const ZEROS = Buffer.alloc(64)

type Parsed = number | Buffer | readonly Parsed[] | ReadonlyMap<string, Parsed>

/** RFC 8439 §2.4, from a block on. */
function chacha(key: Buffer, nonce: Buffer, block: number, bytes: Buffer): Buffer {
  const counter = Buffer.alloc(4)
  counter.writeUInt32LE(block)
  return createCipheriv('chacha20', key, Buffer.concat([counter, nonce])).update(bytes)
}

/** Spec 13 §2.2, both ways. */
class Stream {
  readonly #key: Buffer
  #nonce: Buffer

  constructor(key: Buffer, header: Buffer) {
    this.#key = deriveHchacha20(key, header.subarray(0, 16))
    this.#nonce = Buffer.concat([Buffer.from([1, 0, 0, 0]), header.subarray(16)])
  }

  seal(chunk: Buffer, tag: number): Buffer {
    const block = chacha(
      this.#key,
      this.#nonce,
      1,
      Buffer.concat([Buffer.from([tag]), ZEROS.subarray(1)]),
    )
    const body = chacha(this.#key, this.#nonce, 2, chunk)
    return Buffer.concat([block.subarray(0, 1), body, this.#step(block, body)])
  }

  open(sealed: Buffer): { readonly chunk: Buffer; readonly tag: number } {
    const sealedTag = Buffer.concat([sealed.subarray(0, 1), ZEROS.subarray(1)])
    const tag = chacha(this.#key, this.#nonce, 1, sealedTag)[0] ?? -1
    const block = chacha(
      this.#key,
      this.#nonce,
      1,
      Buffer.concat([Buffer.from([tag]), ZEROS.subarray(1)]),
    )
    const body = sealed.subarray(1, -16)
    const chunk = chacha(this.#key, this.#nonce, 2, body)
    expect(this.#step(block, body).equals(sealed.subarray(-16))).toBe(true)
    return { chunk, tag }
  }

  #step(block: Buffer, body: Buffer): Buffer {
    const lengths = Buffer.alloc(16)
    lengths.writeUInt32LE(64 + body.length, 8)
    const padding = Buffer.alloc(body.length % 16)
    const macKey = chacha(this.#key, this.#nonce, 0, ZEROS).subarray(0, 32)
    const mac = computePoly1305(Buffer.concat([block, body, padding, lengths]), macKey)
    const counter = Buffer.alloc(4)
    counter.writeUInt32LE(this.#nonce.readUInt32LE() + 1)
    const rest = this.#nonce.subarray(4).map((byte, index) => byte ^ (mac[index] ?? 0))
    this.#nonce = Buffer.concat([counter, rest])
    return mac
  }
}

/** Spec 16 §2.2. */
function createStream(header: Buffer, passphrase: string): Stream {
  const stretched = argon2Sync('argon2id', {
    message: passphrase.normalize('NFC'),
    nonce: header.subarray(20, 36),
    parallelism: 1,
    tagLength: 32,
    memory: header.readUInt32LE(16),
    passes: header.readUInt32LE(12),
  })
  return new Stream(hashSlowly(header, 32, stretched), header.subarray(36))
}

/** Spec 16 §2.3. */
function openArchive(file: Buffer, passphrase: string): Buffer {
  const stream = createStream(file.subarray(0, HEADER_BYTES), passphrase)
  expect(stream.open(file.subarray(HEADER_BYTES, HEADER_BYTES + 17))).toEqual({
    chunk: Buffer.alloc(0),
    tag: 0,
  })
  const chunks: Buffer[] = []
  for (let at = HEADER_BYTES + 17; at < file.length; at += CHUNK_BYTES + 17) {
    const { chunk, tag } = stream.open(file.subarray(at, at + CHUNK_BYTES + 17))
    expect(tag).toBe(at + CHUNK_BYTES + 17 >= file.length ? 3 : 0)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function sealArchive(plaintext: Buffer, passphrase: string): Buffer {
  const header = Buffer.concat([Buffer.from('SOTTOARC'), Buffer.alloc(52, 7)])
  header.set([1, 0, 0, 0, 1, 0, 0, 0, 8, 0, 0, 0], 8)
  const stream = createStream(header, passphrase)
  const parts = [header, stream.seal(Buffer.alloc(0), 0)]
  for (let at = 0; at === 0 || at < plaintext.length; at += CHUNK_BYTES) {
    const isLast = at + CHUNK_BYTES >= plaintext.length
    parts.push(stream.seal(plaintext.subarray(at, at + CHUNK_BYTES), isLast ? 3 : 0))
  }
  return Buffer.concat(parts)
}

/** Spec 16 §3.1. */
function splitRecords(
  plaintext: Buffer,
): readonly { readonly kind: number; readonly body: Buffer }[] {
  const records = []
  for (let at = 0; at < plaintext.length;) {
    const end = at + 5 + plaintext.readUInt32LE(at + 1)
    records.push({ kind: plaintext.readUInt8(at), body: plaintext.subarray(at + 5, end) })
    at = end
  }
  return records.filter(({ kind }) => kind !== 0)
}

/** Spec 00 §2, for bytes that are right. */
function parse(bytes: Buffer, start = 0): { readonly value: Parsed; readonly end: number } {
  const sign = String.fromCharCode(bytes[start] ?? 0)
  if (sign === 'i') {
    const end = bytes.indexOf('e', start)
    return { value: Number(bytes.subarray(start + 1, end)), end: end + 1 }
  }
  if (sign !== 'l' && sign !== 'd') {
    const colon = bytes.indexOf(':', start)
    const end = colon + 1 + Number(bytes.subarray(start, colon))
    return { value: bytes.subarray(colon + 1, end), end }
  }
  const items: Parsed[] = []
  let at = start + 1
  while (bytes[at] !== 0x65) {
    const { value, end } = parse(bytes, at)
    items.push(value)
    at = end
  }
  return { value: sign === 'l' ? items : pairUp(items), end: at + 1 }
}

function pairUp(items: readonly Parsed[]): ReadonlyMap<string, Parsed> {
  const pairs = items.filter((_, index) => index % 2 === 0)
  return new Map(
    pairs.map((key, index) => [
      key instanceof Buffer ? key.toString('latin1') : '',
      items[2 * index + 1] ?? 0,
    ]),
  )
}

function readFields(body: Buffer): Readonly<Record<string, unknown>> {
  const { value } = parse(body)
  return value instanceof Map ? Object.fromEntries(value as ReadonlyMap<string, Parsed>) : {}
}

function hexOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : ''
}

describe('a second implementation', () => {
  it('opens what we seal, and we open what it seals, to the same records', () => {
    fc.assert(
      fc.property(fc.array(arbitraryRecord, { maxLength: 5 }), (records) => {
        const plaintext = openArchive(Buffer.from(writeArchive(records)), PASSPHRASE)
        expect(splitRecords(plaintext)).toHaveLength(records.length + 1)
        expect(readArchive(sealArchive(plaintext, PASSPHRASE))).toEqual(records)
      }),
      { numRuns: 5 },
    )
  })

  it('goes from chunk to chunk as we do', () => {
    const dump = new Uint8Array(3 * CHUNK_BYTES).fill(1)
    const config: ArchiveRecord = { kind: 'config', owner: OWNER.account, namespace: 3, dump }
    const plaintext = openArchive(Buffer.from(writeArchive([config])), PASSPHRASE)
    const [owner, read] = splitRecords(plaintext)
    expect(readFields(owner?.body ?? ZEROS)).toMatchObject({ t: OWNER.createdAtMs })
    expect(hexOf(readFields(read?.body ?? ZEROS)['o'])).toBe(OWNER.account)
    expect(readArchive(sealArchive(plaintext, PASSPHRASE))).toMatchObject([{ kind: 'config' }])
  })
})

interface FileCase {
  readonly file: string
  readonly passphrase: string
}

describe('the archive that version 1 wrote', () => {
  const { cases } = loadVectors<FileCase, readonly unknown[]>('16-archive/file.json')
  const [stored] = cases
  if (stored?.expect === undefined) throw new TypeError('the first case is the stored archive')
  const { input, expect: entries } = stored
  const records = splitRecords(openArchive(Buffer.from(input.file, 'hex'), input.passphrase))

  it('has as many records for both, of the same kinds', () => {
    expect(records.map(({ kind }) => kind)).toEqual([1, 2, 7, 6, 8, 3, 3, 3, 4, 4, 5])
    expect(entries).toHaveLength(records.length)
  })

  it('has a message that both read alike', () => {
    const fields = readFields(records[6]?.body ?? ZEROS)
    expect(entries[6]).toMatchObject({
      kind: 'message',
      message: {
        conversation: hexOf(fields['c']),
        author: hexOf(fields['a']),
        sentAtMs: fields['t'],
        text: String(fields['x']),
        state: String(fields['s']),
        editedAtMs: fields['e'],
        timer: { mode: String(fields['m']), seconds: fields['n'] },
      },
    })
    expect(String(fields['x'])).toBe('Grüße 👋')
  })
})
