/**
 * What a node tells other nodes of the directory, and takes from them (spec 06 §4.1, spec 07 §11.3).
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { COMMANDS } from '@sotto/protocol/link'
import type { AnswerCommand } from '../link/link-answer.ts'
import type { DirectoryKeeper } from './directory-keeper.ts'

const EPOCH_BYTES = 4
const KEY_BYTES = 32
const EMPTY = new Uint8Array()
const TAKEN = Uint8Array.of(1)

export interface DirectoryCommandParts {
  readonly keeper: DirectoryKeeper
  /** Told of a descriptor that was news, so that it can be passed on. */
  readonly onNews: (descriptor: Uint8Array) => void
}

/** The first epoch that is news to the asking node, which holds all before it, or none. */
export function encodeEpochQuestion(held: number | undefined): Uint8Array {
  const body = new Uint8Array(EPOCH_BYTES)
  new DataView(body.buffer).setUint32(0, held === undefined ? 0 : held + 1)
  return body
}

function answerEpoch(keeper: DirectoryKeeper, body: Uint8Array): Uint8Array | 'malformed' {
  if (body.length !== EPOCH_BYTES) return 'malformed'
  const wanted = new DataView(body.buffer, body.byteOffset, EPOCH_BYTES).getUint32(0)
  const { newest } = keeper
  const isNews = newest !== undefined && newest.content.epoch >= wanted
  return (isNews ? keeper.encodeCurrent() : undefined) ?? EMPTY
}

export function createDirectoryCommands({
  keeper,
  onNews,
}: DirectoryCommandParts): readonly (readonly [number, AnswerCommand])[] {
  return [
    [COMMANDS.epochDocument, (body) => Promise.resolve(answerEpoch(keeper, body))],
    [
      COMMANDS.announce,
      async (body) => {
        // The body lies in the link's buffer, which is used again.
        const bytes = new Uint8Array(body)
        const news = keeper.describe(bytes)
        if (!news.ok) return 'malformed'
        if (news.value) onNews(bytes)
        return TAKEN
      },
    ],
    [
      COMMANDS.descriptor,
      (body) =>
        Promise.resolve(
          body.length === KEY_BYTES
            ? (keeper.descriptorOf(encodeHex(body))?.bytes ?? EMPTY)
            : 'malformed',
        ),
    ],
  ]
}
