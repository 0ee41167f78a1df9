/**
 * Collects the authorities' signatures under one epoch's content until there are enough (spec 08 §3.4). A signature can be
 * checked only by who has the content, so one that comes too early is not kept: its sender repeats it.
 *
 * @module
 */
import { concatBytes, encodeHex, equalBytes } from '@sotto/crypto/bytes'
import { toEd25519PublicKey, verify } from '@sotto/crypto/signing'
import {
  type AuthoritySet,
  createEpochDocument,
  type EpochContent,
  type EpochDocument,
  type EpochSignature,
  encodeEpochContent,
  hashEpochContent,
} from '@sotto/protocol/directory'

const EPOCH_BYTES = 4
const HASH_BYTES = 32
const KEY_BYTES = 32
const SIGNATURE_BYTES = 64
const NOTICE_BYTES: number = EPOCH_BYTES + HASH_BYTES + KEY_BYTES + SIGNATURE_BYTES

export interface SignatureNotice extends EpochSignature {
  readonly epoch: number
  readonly hash: Uint8Array
}

export function encodeSignatureNotice(notice: SignatureNotice): Uint8Array {
  const epoch = new Uint8Array(EPOCH_BYTES)
  new DataView(epoch.buffer).setUint32(0, notice.epoch)
  return concatBytes([epoch, notice.hash, notice.authority, notice.signature])
}

/** Reads bytes from another authority, who may be hostile. Total. */
export function decodeSignatureNotice(bytes: Uint8Array): SignatureNotice | undefined {
  if (bytes.length !== NOTICE_BYTES) return undefined
  // A Buffer's own slice would not copy.
  const copy = new Uint8Array(bytes)
  let offset = EPOCH_BYTES
  const take = (length: number): Uint8Array => copy.subarray(offset, (offset += length))
  const hash = take(HASH_BYTES)
  const authority = toEd25519PublicKey(take(KEY_BYTES))
  const signature = take(SIGNATURE_BYTES)
  const epoch = new DataView(copy.buffer).getUint32(0)
  return authority === undefined ? undefined : { epoch, hash, authority, signature }
}

export class SignatureCollector {
  readonly #authorities: AuthoritySet
  readonly #content: EpochContent
  readonly #bytes: Uint8Array
  readonly #signatures = new Map<string, EpochSignature>()
  readonly hash: Uint8Array

  constructor(authorities: AuthoritySet, content: EpochContent) {
    this.#authorities = authorities
    this.#content = content
    this.#bytes = encodeEpochContent(content)
    this.hash = hashEpochContent(this.#bytes)
  }

  get epoch(): number {
    return this.#content.epoch
  }

  /** Only what an authority has signed under this very content counts. */
  add({ epoch, hash, authority, signature }: SignatureNotice): void {
    const key = encodeHex(authority)
    if (epoch !== this.epoch || this.#signatures.has(key) || !equalBytes(hash, this.hash)) return
    if (!this.#authorities.keys.some((each) => equalBytes(each, authority))) return
    if (!verify({ publicKey: authority, message: this.#bytes, signature })) return
    this.#signatures.set(key, { authority, signature })
  }

  /** The document, once enough authorities have signed. */
  complete(): EpochDocument | undefined {
    if (this.#signatures.size < this.#authorities.threshold) return undefined
    return createEpochDocument(this.#content, [...this.#signatures.values()])
  }
}
