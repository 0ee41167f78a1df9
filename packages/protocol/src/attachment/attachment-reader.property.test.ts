/** A download comes in pieces of any size, and ends anywhere (spec 13 §4.4). */
import { createCipheriv, createHash, createHmac } from 'node:crypto'
import { concatBytes } from '@sotto/crypto/bytes'
import { sealFile } from '@sotto/crypto/session'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { arbitraryBytes } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Attachment, createAttachmentReader, type FileSeal } from './index.ts'

const RUNS = 300
const { seed } = deriveSigningKeyPair(new Uint8Array(32).fill(1))

interface Download {
  readonly attachment: Attachment
  readonly bytes: Uint8Array
}

function describeFile(seal: FileSeal, contentBytes: number): Attachment {
  const address = { baseUrl: 'http://files.example', fileId: '1', isStream: seal.kind === 'stream' }
  const shown = { contentType: 'image/png', fileName: '', caption: '', isVoiceMessage: false }
  return { address, seal, contentBytes, ...shown, width: 0, height: 0 }
}

function streamOf(content: Uint8Array): Download {
  const sealed = sealFile({ seed, purpose: 'attachment' }, content)
  if (!sealed.ok) throw sealed.error
  const { key, bytes } = sealed.value
  return { attachment: describeFile({ kind: 'stream', key }, content.length), bytes }
}

/** As older clients sealed, with OpenSSL. */
function olderOf(content: Uint8Array): Download {
  const key = new Uint8Array(64).fill(3)
  const iv = new Uint8Array(16).fill(4)
  const cipher = createCipheriv('aes-256-cbc', key.subarray(0, 32), iv)
  const padded = concatBytes([content, new Uint8Array(541)])
  const body = concatBytes([iv, cipher.update(padded), cipher.final()])
  const code = createHmac('sha256', key.subarray(32)).update(body).digest()
  const bytes = concatBytes([body, code])
  const digest = Uint8Array.from(createHash('sha256').update(bytes).digest())
  return { attachment: describeFile({ kind: 'older', key, digest }, content.length), bytes }
}

/** What comes out, or a code; `end` cuts the download short. */
function download({ attachment, bytes }: Download, cuts: readonly number[], end: number): unknown {
  const reader = createAttachmentReader(attachment)
  const edges = [0, ...cuts.map((cut) => cut % (end + 1)).toSorted((a, b) => a - b), end]
  const read: Uint8Array[] = []
  for (const [index, from] of edges.slice(0, -1).entries()) {
    const opened = reader.push(bytes.subarray(from, edges[index + 1]))
    if (!opened.ok) return opened.error.code
    read.push(opened.value)
  }
  const tail = reader.finish()
  return tail.ok ? concatBytes([...read, tail.value]) : tail.error.code
}

describe.each([
  ['stream', streamOf],
  ['older file', olderOf],
])('a %s', (_, fileOf) => {
  it('comes out as it went in, whatever the pieces', () => {
    fc.assert(
      fc.property(arbitraryBytes(500), fc.array(fc.nat()), (content, cuts) => {
        const file = fileOf(content)
        expect(download(file, cuts, file.bytes.length)).toEqual(content)
      }),
      { numRuns: RUNS },
    )
  })

  it('is refused when the download ends early, wherever that is', () => {
    const file = fileOf(Uint8Array.of(1, 2, 3))
    fc.assert(
      fc.property(fc.nat(file.bytes.length - 1), fc.array(fc.nat()), (end, cuts) => {
        expect(download(file, cuts, end)).toMatch(/^file_/)
      }),
      { numRuns: RUNS },
    )
  })
})
