/**
 * The vector files of spec 13: sizes, sealed files, and files as clients sealed them before.
 *
 * @module
 */
import { encodeHex } from '../src/bytes.ts'
import type { CryptoError } from '../src/errors.ts'
import { sha256 } from '../src/hash.ts'
import type { Result } from '../src/result.ts'
import type { FilePurpose } from '../src/session/index.ts'
import {
  measureFile,
  openFile,
  openOlderAttachment,
  openOlderPicture,
  sealFile,
} from '../src/session/index.ts'
import type { Ed25519Seed } from '../src/signing.ts'
import type { VectorEvaluator, Verdict } from './vector-evaluator.ts'
import { bytesOf, defineEvaluator, refusingRange } from './vector-evaluator.ts'

function evaluateSize({ contentBytes }: { readonly contentBytes: number }): Verdict {
  return refusingRange('length', () => measureFile(contentBytes))
}

interface SealInput {
  readonly seed: string
  readonly purpose: FilePurpose
  /** Byte i of the content is 7·i mod 256. */
  readonly contentBytes: number
}

function evaluateSeal({ seed, purpose, contentBytes }: SealInput): Verdict {
  const content = Uint8Array.from({ length: contentBytes }, (_, index) => 7 * index)
  const sealed = sealFile({ seed: bytesOf(seed) as Ed25519Seed, purpose }, content)
  if (!sealed.ok) return { reject: sealed.error.code }
  const { key, bytes } = sealed.value
  const beginning = encodeHex(bytes.subarray(0, 25))
  return {
    expect: {
      key: encodeHex(key),
      beginning,
      bytes: bytes.length,
      sha256: encodeHex(sha256(bytes)),
    },
  }
}

function verdictOf(opened: Result<Uint8Array, CryptoError>): Verdict {
  return opened.ok ? { expect: encodeHex(opened.value) } : { reject: opened.error.code }
}

interface OpenInput {
  readonly key: string
  readonly file: string
}

function evaluateOpen({ key, file }: OpenInput): Verdict {
  return verdictOf(openFile(bytesOf(key), bytesOf(file)))
}

interface OlderInput extends OpenInput {
  /** With it, an attachment; without, a profile picture. */
  readonly digest?: string
  readonly contentBytes?: number
}

function evaluateOlder({ key, file, digest, contentBytes = 0 }: OlderInput): Verdict {
  const sealed = bytesOf(file)
  if (digest === undefined) return verdictOf(openOlderPicture(bytesOf(key), sealed))
  const pointer = { key: bytesOf(key), digest: bytesOf(digest), contentBytes, sealed }
  return verdictOf(openOlderAttachment(pointer))
}

export const FILE_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('13-attachments/size.json', evaluateSize),
  defineEvaluator('13-attachments/seal.json', evaluateSeal),
  defineEvaluator('13-attachments/open.json', evaluateOpen),
  defineEvaluator('13-attachments/older.json', evaluateOlder),
]
