/**
 * One configuration on one device: reads what the others stored, holds what was changed here, and says what is to be
 * stored next (spec 11 §6). Sending, deleting and the time of both are the client's part; what the data means is that
 * of `views`.
 *
 * @module
 */

import { err, ok, type Result } from '@sotto/crypto/result'
import type { Ed25519PublicKey, SigningKeyPair } from '@sotto/crypto/signing'
import { ProtocolError } from '../errors.ts'
import { type ConfigCipher, openCiphertext, sealMessage, unpackWhole } from './config-ciphertext.ts'
import { type ConfigDump, decodeDump, encodeDump } from './config-dump.ts'
import {
  type ConfigKeeping,
  createKeeping,
  hasDraft,
  retireHashes,
  type UnansweredRevision,
} from './config-keeping.ts'
import { type ConfigMessage, createNextMessage } from './config-message.ts'
import { type ConfigDict, type ConfigValue, equalDicts } from './config-value.ts'
import { decodeMessage } from './decode-message.ts'
import { findValue, replaceValue } from './edit-data.ts'
import { CONFIG_LAG } from './limits.ts'
import type { MergeAuthor } from './merge-messages.ts'
import { PartSets } from './part-sets.ts'
import { receiveRevisions, type ReceivedRevision } from './receive-revisions.ts'

/** What stands around the ciphertexts of an account's own configurations (spec 11 §4). */
export interface ConfigEnvelope {
  readonly wrap: (ciphertext: Uint8Array, seqno: number) => Uint8Array
  readonly unwrap: (stored: Uint8Array) => Uint8Array
}

export interface SharedConfigOptions {
  readonly cipher: ConfigCipher
  readonly envelope?: ConfigEnvelope
  /** A group's configurations are signed; members without its secret key only read. */
  readonly group?: { readonly verifier: Ed25519PublicKey; readonly signer?: SigningKeyPair }
}

export interface StoredConfig {
  /** Message hash. */
  readonly hash: string
  readonly data: Uint8Array
}

export interface ConfigPush {
  readonly seqno: number
  readonly messages: readonly Uint8Array[]
  /** To be deleted after the messages are stored, not before. */
  readonly obsoleteHashes: readonly string[]
}

export interface ConfigMerge {
  /** Hashes of what was read, parts of something that is not yet whole included. */
  readonly accepted: readonly string[]
  readonly refused: readonly { readonly hash: string; readonly error: ProtocolError }[]
  readonly hasChanged: boolean
}

/** Nothing to do; a push is due; a push was made and not yet confirmed. */
export type ConfigState = 'clean' | 'dirty' | 'waiting'

interface LastPush {
  readonly seqno: number
  readonly message: ConfigMessage
  readonly obsoleteHashes: readonly string[]
}

export class SharedConfig {
  readonly #options: SharedConfigOptions
  readonly #author: MergeAuthor
  readonly #parts = new PartSets()
  #secrets: readonly Uint8Array[]
  #keeping: ConfigKeeping
  #lastPush: LastPush | undefined

  constructor(options: SharedConfigOptions, dump?: ConfigDump) {
    this.#options = options
    this.#author = describeAuthor(options)
    this.#secrets = options.cipher.secrets
    this.#keeping = dump?.keeping ?? createKeeping()
    for (const part of dump?.parts ?? []) this.#parts.add(part)
  }

  get data(): ConfigDict {
    return this.#keeping.draft ?? this.#keeping.latest.data
  }

  get state(): ConfigState {
    if (hasDraft(this.#keeping)) return 'dirty'
    const { standing } = this.#keeping
    if (standing === 'stored') return 'clean'
    return standing === 'sent' ? 'waiting' : 'dirty'
  }

  get canWrite(): boolean {
    return this.#author.kind === 'writer'
  }

  /** Stored messages whose life must be prolonged. */
  get activeHashes(): readonly string[] {
    return this.#keeping.hashes
  }

  find(path: readonly string[]): ConfigValue | undefined {
    return findValue(this.data, path)
  }

  /** `undefined` erases. Throws for a member without the right, and for what cannot be encoded. */
  set(path: readonly string[], value: ConfigValue | undefined): void {
    this.#assertWriter()
    const data = replaceValue(this.data, path, value)
    const { latest } = this.#keeping
    const draft = equalDicts(data, latest.data) ? undefined : data
    this.#keeping = { ...this.#keeping, draft }
  }

  /** A group has new keys, newest first. Whoever may write owes a revision that the newest one opens. */
  replaceSecrets(secrets: readonly Uint8Array[]): void {
    const isRewriteDue = this.canWrite && this.#keeping.latest.seqno > 0
    this.#secrets = secrets
    if (isRewriteDue) this.#keeping = { ...this.#keeping, isRewriteDue }
  }

  /** What is to be stored. When nothing changed, the very bytes of the last time. */
  push(): Result<ConfigPush, ProtocolError> {
    this.#assertWriter()
    const next = this.#advance()
    const { latest, obsolete } = next
    // What other devices would refuse to read is not written.
    const readable = decodeMessage(latest.bytes)
    if (!readable.ok)
      return err(new ProtocolError('config_limit', 'revision', { cause: readable.error }))
    const sealed = sealMessage(this.#cipher(), latest.bytes)
    if (!sealed.ok) return sealed
    this.#keeping = next.standing === 'unsent' ? { ...next, standing: 'sent' } : next
    this.#lastPush = { seqno: latest.seqno, message: latest, obsoleteHashes: obsolete }
    return ok({
      seqno: latest.seqno,
      messages: this.#wrapAll(sealed.value, latest.seqno),
      obsoleteHashes: obsolete,
    })
  }

  /** The swarm has what the last push gave, under these hashes, and no longer what was obsolete then. */
  confirmPushed(seqno: number, hashes: readonly string[]): void {
    const pushed = this.#lastPush
    const { latest } = this.#keeping
    const isLatest =
      latest.seqno === seqno && (pushed === undefined || pushed.message.hash === latest.hash)
    if (!isLatest || this.#keeping.standing === 'unsent') {
      // It was merged into something newer before the answer came.
      this.#keeping = retireHashes(this.#keeping, hashes)
      return
    }
    const deleted = new Set(pushed?.obsoleteHashes)
    const obsolete = this.#keeping.obsolete.filter((hash) => !deleted.has(hash))
    const stored: ConfigKeeping = {
      ...this.#keeping,
      standing: 'stored',
      agreed: latest.data,
      unanswered: [],
    }
    this.#keeping = { ...stored, hashes: [...new Set([...stored.hashes, ...hashes])], obsolete }
  }

  /** Reads what the swarm gave. Never throws for it. */
  merge(stored: readonly StoredConfig[]): ConfigMerge {
    const before = this.data
    const received: ReceivedRevision[] = []
    const accepted: string[] = []
    const refused: { hash: string; error: ProtocolError }[] = []
    for (const item of stored) {
      const read = this.#read(item)
      if (read.ok) accepted.push(item.hash)
      else refused.push({ hash: item.hash, error: read.error })
      if (read.ok && read.value !== undefined) received.push(read.value)
    }
    this.#keeping = receiveRevisions(this.#keeping, received, this.#author)
    return { accepted, refused, hasChanged: !equalDicts(before, this.data) }
  }

  dump(): Uint8Array {
    return encodeDump({ keeping: this.#keeping, parts: this.#parts.list() })
  }

  #assertWriter(): void {
    if (!this.canWrite)
      throw new TypeError('only the holder of a group’s key changes its configurations')
  }

  #cipher(): ConfigCipher {
    return { ...this.#options.cipher, secrets: this.#secrets }
  }

  /** Makes a revision of the draft. What it replaces is deleted once it is stored. */
  #advance(): ConfigKeeping {
    const keeping = this.#keeping
    if (!hasDraft(keeping) || this.#author.kind === 'reader') return keeping
    const data = keeping.draft ?? keeping.latest.data
    const latest = createNextMessage(keeping.latest, data, this.#author.signer)
    const next: ConfigKeeping = {
      ...keeping,
      latest,
      standing: 'unsent',
      draft: undefined,
      isRewriteDue: false,
      unanswered: listUnanswered(keeping),
      hashes: [],
    }
    return retireHashes(next, keeping.hashes)
  }

  #wrapAll(ciphertexts: readonly Uint8Array[], seqno: number): readonly Uint8Array[] {
    const { envelope } = this.#options
    // Parts fill a stored message to the last byte and have no envelope.
    if (envelope === undefined || ciphertexts.length > 1) return ciphertexts
    return ciphertexts.map((ciphertext) => envelope.wrap(ciphertext, seqno))
  }

  /** A revision, or nothing yet for a part whose others are missing. */
  #read({ hash, data }: StoredConfig): Result<ReceivedRevision | undefined, ProtocolError> {
    const ciphertext = this.#options.envelope?.unwrap(data) ?? data
    const opened = openCiphertext(this.#cipher(), ciphertext)
    if (!opened.ok) return opened
    if (opened.value.kind === 'message') return this.#readRevision(opened.value.bytes, [hash])
    const completed = this.#parts.add({ ...opened.value.part, messageHash: hash })
    if (completed === undefined) return ok(undefined)
    const bytes = unpackWhole(completed.whole, this.#options.cipher.compression)
    return bytes.ok ? this.#readRevision(bytes.value, completed.messageHashes) : bytes
  }

  #readRevision(
    bytes: Uint8Array,
    hashes: readonly string[],
  ): Result<ReceivedRevision, ProtocolError> {
    const message = decodeMessage(bytes, this.#options.group?.verifier)
    return message.ok ? ok({ message: message.value, hashes }) : message
  }
}

function listUnanswered({
  standing,
  unanswered,
  latest,
}: ConfigKeeping): readonly UnansweredRevision[] {
  if (standing === 'stored') return []
  return [...unanswered, { hash: latest.hash, data: latest.data }].slice(1 - CONFIG_LAG)
}

/** Reads a dump; the options are the same as when it was made. */
export function loadSharedConfig(
  options: SharedConfigOptions,
  dump: Uint8Array,
): Result<SharedConfig, ProtocolError> {
  const decoded = decodeDump(dump)
  return decoded.ok ? ok(new SharedConfig(options, decoded.value)) : decoded
}

function describeAuthor({ group }: SharedConfigOptions): MergeAuthor {
  if (group === undefined) return { kind: 'writer' }
  return group.signer === undefined ? { kind: 'reader' } : { kind: 'writer', signer: group.signer }
}
