/**
 * The directory for those who have no link: clients, and nodes that nobody knows yet (spec 07 §11.4). Everything that is served
 * proves itself, so it makes no difference who serves it.
 *
 * @module
 */
import { encodeHex } from '@sotto/crypto/bytes'
import { encodeVoteEquivocation } from '@sotto/protocol/authority'
import { encodeEquivocation } from '@sotto/protocol/directory'
import {
  BAD_REQUEST,
  createBytesAnswer,
  createJsonAnswer,
  createTextAnswer,
  type HttpAnswer,
  NOT_FOUND,
} from '../listener/http-answer.ts'
import type { EvidenceBook } from '../authority/evidence-book.ts'
import type { DirectoryKeeper } from './directory-keeper.ts'
import type { EpochFiles } from './epoch-files.ts'

export const DIRECTORY_PATH = '/directory/v1/'

export interface DirectoryRouteParts {
  readonly keeper: DirectoryKeeper
  readonly files: EpochFiles
  readonly evidence: Pick<EvidenceBook, 'proofs'>
  /** Takes a stranger's descriptor; false when this node does not admit anybody, or not this one. */
  readonly admit: (descriptor: Uint8Array) => boolean
}

const EPOCH = /^epoch\/(\d{1,10})$/
const DESCRIPTOR = /^descriptor\/([0-9a-f]{64})$/
const EVIDENCE = /^evidence\/(\d{1,2})$/
const VOTE_EVIDENCE = /^evidence\/votes\/(\d{1,2})$/
const SERVICE_UNAVAILABLE = 503
const FORBIDDEN = 403

function answerBytes(bytes: Uint8Array | undefined): HttpAnswer {
  return bytes === undefined ? NOT_FOUND : createBytesAnswer(bytes)
}

async function answerEpoch(
  epoch: number,
  { keeper, files }: DirectoryRouteParts,
): Promise<HttpAnswer> {
  if (keeper.newest?.content.epoch === epoch) return answerBytes(keeper.encodeCurrent())
  return answerBytes(await files.read(epoch))
}

/** `path` without `DIRECTORY_PATH`. */
export async function answerDirectoryGet(
  path: string,
  parts: DirectoryRouteParts,
): Promise<HttpAnswer> {
  const { keeper, files } = parts
  if (path === 'epoch') {
    const current = keeper.encodeCurrent()
    return current === undefined
      ? createTextAnswer(SERVICE_UNAVAILABLE, 'no epoch document yet')
      : createBytesAnswer(current)
  }
  if (path === 'epochs') return createJsonAnswer({ epochs: files.epochs })
  const epoch = EPOCH.exec(path)?.[1]
  if (epoch !== undefined) return answerEpoch(Number(epoch), parts)
  const key = DESCRIPTOR.exec(path)?.[1]
  if (key !== undefined) return answerBytes(keeper.descriptorOf(key)?.bytes)
  return answerEvidence(path, parts)
}

function answerEvidence(path: string, { keeper, evidence }: DirectoryRouteParts): HttpAnswer {
  if (path === 'evidence') {
    const authorities = keeper.equivocations.map(({ authority }) => encodeHex(authority))
    const votes = evidence.proofs.map(({ author, epoch }) => ({ author: encodeHex(author), epoch }))
    return createJsonAnswer({ authorities, votes })
  }
  const place = VOTE_EVIDENCE.exec(path)?.[1]
  const votes = place === undefined ? undefined : evidence.proofs[Number(place)]
  if (votes !== undefined) return createBytesAnswer(encodeVoteEquivocation(votes))
  const index = EVIDENCE.exec(path)?.[1]
  const proof = index === undefined ? undefined : keeper.equivocations[Number(index)]
  return proof === undefined ? NOT_FOUND : createBytesAnswer(encodeEquivocation(proof))
}

/** `path` without `DIRECTORY_PATH`. */
export function answerDirectoryPost(
  path: string,
  body: Uint8Array,
  { keeper, admit }: DirectoryRouteParts,
): HttpAnswer {
  if (path !== 'announce') return NOT_FOUND
  const news = keeper.describe(body)
  if (!news.ok) return BAD_REQUEST
  if (news.value || admit(body)) return createTextAnswer(200, '')
  return createTextAnswer(FORBIDDEN, 'not admitted')
}
