/**
 * Finds the records in chunks, of which each may hold many, or a part of one (spec 16 §3.1).
 *
 * @module
 */

import { concatBytes, readUint32LittleEndian } from '@sotto/crypto/bytes'
import { err, ok, type Result } from '@sotto/crypto/result'
import { ProtocolError } from '../errors.ts'
import { RECORD_BYTES_MAX, RECORD_KIND_ESSENTIAL, RECORD_PREFIX_BYTES } from './archive-record.ts'

export interface SplitRecord {
  readonly kind: number
  readonly body: Uint8Array
}

export class RecordSplitter {
  /** The beginning of a record, joined only when its end is there: a long one comes in many chunks. */
  #parts: Uint8Array[] = []
  #heldBytes = 0

  /** Whether nothing waits for its end. */
  get isEmpty(): boolean {
    return this.#heldBytes === 0
  }

  /** The bodies are views of memory that nobody else has. */
  push(chunk: Uint8Array): Result<readonly SplitRecord[], ProtocolError> {
    this.#parts.push(chunk)
    this.#heldBytes += chunk.length
    const records: SplitRecord[] = []
    for (;;) {
      const measured = this.#measure()
      if (!measured.ok) return measured
      if (this.#heldBytes < measured.value) return ok(records)
      records.push(this.#take(measured.value))
    }
  }

  /** How many bytes the next record has, as far as that is known. */
  #measure(): Result<number, ProtocolError> {
    if (this.#heldBytes < RECORD_PREFIX_BYTES) return ok(RECORD_PREFIX_BYTES)
    const prefix = this.#join(RECORD_PREFIX_BYTES)
    const kind = prefix[0] ?? 0
    if (kind >= RECORD_KIND_ESSENTIAL) {
      return err(new ProtocolError('archive_version', `record of kind ${kind}`))
    }
    const bodyBytes = readUint32LittleEndian(prefix, 1) ?? 0
    if (bodyBytes > RECORD_BYTES_MAX) {
      return err(new ProtocolError('archive_limit', `record of ${bodyBytes} bytes`))
    }
    return ok(RECORD_PREFIX_BYTES + bodyBytes)
  }

  #take(length: number): SplitRecord {
    const whole = this.#join(length)
    this.#parts = [whole.subarray(length)]
    this.#heldBytes -= length
    return { kind: whole[0] ?? 0, body: whole.subarray(RECORD_PREFIX_BYTES, length) }
  }

  /** At least so many of the held bytes in one piece. */
  #join(length: number): Uint8Array {
    const [first] = this.#parts
    if (first !== undefined && first.length >= length) return first
    const joined = concatBytes(this.#parts)
    this.#parts = [joined]
    return joined
  }
}
