/**
 * How often the role was asked for what, and what it refused, since the node started: sums over everybody. No id, no address and no time
 * is kept.
 *
 * @module
 */
import type { FileRequest } from '@sotto/protocol/files'

export type FileRequestKind = 'upload' | 'download' | 'info' | 'extend'

/** By the status that a client reads (spec 15 §3.3, §4). */
const FILE_REFUSALS = {
  malformed: [400, 405],
  unknown: [404],
  too_large: [413],
  rate: [429],
  failed: [500],
  busy: [503],
  full: [507],
} as const satisfies Readonly<Record<string, readonly number[]>>

export type FileRefusal = keyof typeof FILE_REFUSALS

const KINDS: Readonly<Record<FileRequest['kind'], FileRequestKind | undefined>> = {
  upload: 'upload',
  'upload-text': 'upload',
  download: 'download',
  'download-text': 'download',
  info: 'info',
  extend: 'extend',
  refused: undefined,
}

export interface FileTallyView {
  /** What was done. */
  readonly requests: Readonly<Record<FileRequestKind, number>>
  readonly refusals: Readonly<Record<FileRefusal, number>>
}

export class FileTally {
  readonly #requests = { upload: 0, download: 0, info: 0, extend: 0 }
  readonly #refusals = {
    malformed: 0,
    unknown: 0,
    too_large: 0,
    rate: 0,
    failed: 0,
    busy: 0,
    full: 0,
  }

  get view(): FileTallyView {
    return { requests: { ...this.#requests }, refusals: { ...this.#refusals } }
  }

  /** One answer, however it came. */
  noteAnswer(kind: FileRequest['kind'], status: number): void {
    const done = KINDS[kind]
    if (status >= 400) this.noteRefusal(status)
    else if (done !== undefined) this.#requests[done] += 1
  }

  /** Before it was known what was asked. */
  noteRefusal(status: number): void {
    const refusal = findRefusal(status)
    if (refusal !== undefined) this.#refusals[refusal] += 1
  }
}

function findRefusal(status: number): FileRefusal | undefined {
  for (const name of listRefusals()) {
    const statuses: readonly number[] = FILE_REFUSALS[name]
    if (statuses.includes(status)) return name
  }
  return undefined
}

function listRefusals(): readonly FileRefusal[] {
  return Object.keys(FILE_REFUSALS).filter((name): name is FileRefusal => name in FILE_REFUSALS)
}
