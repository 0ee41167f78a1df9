/**
 * Archives and their records for tests and vectors: complete ones, arbitrary ones, and bytes that no writer of ours makes.
 *
 * @module
 */
import { concatBytes, encodeHex } from '@sotto/crypto/bytes'
import { deriveAccount } from '@sotto/crypto/identity'
import { ChunkSealer } from '@sotto/crypto/secret-stream'
import { derivePassphraseKey } from '@sotto/crypto/passphrase'
import type { Result } from '@sotto/crypto/result'
import { arbitraryBytes, arbitraryText } from '@sotto/testkit/arbitraries'
import { createSeededRandomness } from '@sotto/testkit/seeded-randomness'
import fc from 'fast-check'
import { createArchiveHeader } from '../src/archive/archive-header.ts'
import {
  ARCHIVE_CHUNK_BYTES,
  ARCHIVED_KINDS,
  ARCHIVED_STATES,
  ARCHIVED_TIMERS,
  type ArchivedConversation,
  type ArchivedFile,
  type ArchivedMessage,
  type ArchivedName,
  type ArchiveRecord,
} from '../src/archive/archive-record.ts'
import {
  type ArchiveEntry,
  ArchiveLock,
  ArchiveReader,
  ArchiveWriter,
} from '../src/archive/index.ts'
import { parseGroupKey } from '../src/config/index.ts'
import type { ProtocolError } from '../src/errors.ts'

export const PASSPHRASE = 'correct horse battery staple'
/** The least that is permitted: these archives keep nothing secret. */
export const CHEAP = { passes: 1, memoryKibibytes: 8 }
export const SEED: Uint8Array = new Uint8Array(16).fill(1)
export const OWNER = { account: deriveAccount(SEED).accountId, createdAtMs: 1_767_225_600_000 }
const ALICE = deriveAccount(new Uint8Array(16).fill(2)).accountId
const BOB = deriveAccount(new Uint8Array(16).fill(3)).accountId
const GROUP = parseGroupKey(`03${'5a'.repeat(32)}`)

const accounts = fc.constantFrom(OWNER.account, ALICE, BOB)
const conversations: fc.Arbitrary<ArchivedConversation> = fc.constantFrom(ALICE, BOB, GROUP ?? BOB)
const times = fc.nat({ max: Number.MAX_SAFE_INTEGER })
/** Lone surrogates become U+FFFD on the way to UTF-8, so texts here have none. */
const texts = arbitraryText(60).map((text) => text.toWellFormed())
const hex = arbitraryBytes(40).map((bytes) => encodeHex(bytes))

const names: fc.Arbitrary<ArchivedName> = fc.record({
  conversation: conversations,
  author: accounts,
  sentAtMs: times,
})

const files: fc.Arbitrary<ArchivedFile> = fc.record({
  url: texts,
  contentType: texts,
  size: times,
  fileName: texts,
  caption: texts,
  width: fc.nat(),
  height: fc.nat(),
  isVoice: fc.boolean(),
  key: hex,
  digest: hex,
})

const details = fc.record(
  {
    quote: fc.record({ author: accounts, sentAtMs: times }),
    preview: fc.record({ url: texts, title: texts }),
    invitation: fc.record({ url: texts, name: texts }),
    attachments: fc.array(files, { maxLength: 4 }),
  },
  { requiredKeys: [] },
)

const contents = fc.record(
  {
    kind: fc.constantFrom(...ARCHIVED_KINDS),
    state: fc.constantFrom(...ARCHIVED_STATES),
    text: texts,
    details,
    receivedAtMs: times,
    timer: fc.record({ mode: fc.constantFrom(...ARCHIVED_TIMERS), seconds: fc.nat() }),
    isReadByThem: fc.boolean(),
    hash: texts,
    editedAtMs: times,
    readAtMs: times,
    expiresAtMs: times,
  },
  {
    requiredKeys: ['kind', 'state', 'text', 'details', 'receivedAtMs', 'timer', 'isReadByThem'],
  },
)

const messages: fc.Arbitrary<ArchivedMessage> = fc
  .tuple(names, contents)
  .map(([name, content]) => Object.assign(content, name))

const reactions = fc.record({
  target: names,
  reactor: accounts,
  emoji: fc.constantFrom('👍', '👩‍🚀', 'x'),
  isRemoved: fc.boolean(),
  changedAtMs: times,
})

const profiles = fc.record({
  account: accounts,
  name: texts,
  pictureUrl: texts,
  pictureKey: arbitraryBytes(40),
  changedAtMs: times,
})

/** Any record but the owner's, which stands once at the beginning. */
export const arbitraryRecord: fc.Arbitrary<ArchiveRecord> = fc.oneof(
  messages.map((message) => ({ kind: 'message' as const, message })),
  reactions.map((reaction) => ({ kind: 'reaction' as const, reaction })),
  fc.record({ kind: fc.constant('tombstone' as const), name: names, endsAtMs: times }),
  fc.record({ kind: fc.constant('draft' as const), conversation: conversations, text: texts }),
  profiles.map((profile) => ({ kind: 'profile' as const, profile })),
  fc.record({
    kind: fc.constant('config' as const),
    owner: conversations,
    namespace: fc.nat(),
    dump: arbitraryBytes(100),
  }),
  fc.constant({ kind: 'seed' as const, seed: SEED }),
)

/** The same bytes for the same name. */
export function writeArchive(records: readonly ArchiveRecord[], name = 'archive'): Uint8Array {
  const randomness = createSeededRandomness(name)
  const writer = new ArchiveWriter({
    owner: OWNER,
    passphrase: PASSPHRASE,
    randomness,
    cost: CHEAP,
  })
  const parts = records.map((record) => writer.write(record))
  return concatBytes([writer.start(), ...parts, writer.finish()])
}

/** A sealed archive around any plaintext, cut as asked; `ends` is whether the last chunk says that it is. */
export function sealPlaintext(
  plaintext: Uint8Array,
  options: {
    readonly chunkBytes?: number
    readonly ends?: boolean
    readonly hasProof?: boolean
  } = {},
): Uint8Array {
  const { chunkBytes = ARCHIVE_CHUNK_BYTES, ends = true, hasProof = true } = options
  const header = createArchiveHeader(CHEAP, createSeededRandomness('plaintext'))
  const { salt, bytes, streamHeader } = header
  const key = derivePassphraseKey({ passphrase: PASSPHRASE, salt, cost: CHEAP, context: bytes })
  const sealer = new ChunkSealer({ key, header: streamHeader })
  const parts = [bytes]
  if (hasProof) parts.push(sealer.seal(new Uint8Array(), { isLast: false }))
  for (let offset = 0; offset === 0 || offset < plaintext.length; offset += chunkBytes) {
    const isLast = ends && offset + chunkBytes >= plaintext.length
    parts.push(sealer.seal(plaintext.subarray(offset, offset + chunkBytes), { isLast }))
  }
  return concatBytes(parts)
}

/** What comes out of an archive that comes in these pieces. */
export function readPieces(
  pieces: readonly Uint8Array[],
  passphrase = PASSPHRASE,
): Result<readonly ArchiveEntry[], ProtocolError> {
  const reader = new ArchiveReader(new ArchiveLock(passphrase))
  const entries: ArchiveEntry[] = []
  for (const piece of pieces) {
    const read = reader.push(piece)
    if (!read.ok) return read
    entries.push(...read.value)
  }
  const rest = reader.finish()
  return rest.ok ? { ok: true, value: [...entries, ...rest.value] } : rest
}

/** The entries behind the owner, or the code of the refusal. */
export function readArchive(bytes: Uint8Array, passphrase = PASSPHRASE): unknown {
  const read = readPieces([bytes], passphrase)
  return read.ok ? read.value.slice(1) : read.error.code
}
