/**
 * The vector files of spec 13 §4 and §5: addresses, names, and what stays of a picture. Sealed files are the business of
 * `@sotto/crypto`.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { decodeLargeFile, parseFileAddress, stripMetadata } from '../src/attachment/index.ts'
import {
  bytesOf,
  defineEvaluator,
  hexOf,
  type VectorEvaluator,
  type Verdict,
  verdictOf,
  verdictOfParsed,
} from './vector-evaluator.ts'

function evaluateAddress({ text }: { readonly text: string }): Verdict {
  return verdictOfParsed(parseFileAddress(text), 'address', ({ serverKey, ...address }) => ({
    ...address,
    ...(serverKey && { serverKey: hexOf(serverKey) }),
  }))
}

function evaluatePicture({ hex }: { readonly hex: string }): Verdict {
  return verdictOf(stripMetadata(bytesOf(hex)), ({ bytes, ...picture }) => ({
    ...picture,
    hex: hexOf(bytes),
  }))
}

function evaluateLargeFile({ text }: { readonly text: string }): Verdict {
  return verdictOf(decodeLargeFile(encodeUtf8(text)), ({ parts, ...file }) => ({
    ...file,
    parts: parts.map(({ address, key, contentBytes }) => ({
      fileId: address.fileId,
      isOnNamedServer: address.serverKey !== undefined,
      key: hexOf(key),
      contentBytes,
    })),
  }))
}

export const ATTACHMENT_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('13-attachments/address.json', evaluateAddress),
  defineEvaluator('13-attachments/large-file.json', evaluateLargeFile),
  defineEvaluator('13-attachments/picture.json', evaluatePicture),
]
