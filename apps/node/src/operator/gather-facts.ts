/**
 * What troubles are concluded from, measured in the running node. What follows is `find-troubles.ts`.
 *
 * @module
 */
import { isDeepStrictEqual } from 'node:util'
import { encodeHex } from '@sotto/crypto/bytes'
import type { Freshness } from '@sotto/protocol/directory'
import { describeFiles } from './describe-files.ts'
import { measureDisk } from './describe-storage.ts'
import { describeStanding } from './find-own-place.ts'
import type { OperatorParts } from './operator-parts.ts'
import type { FilesView, Standing } from './operator-views.ts'

export interface TroubleFacts {
  readonly hasDocument: boolean
  readonly freshness: Freshness
  /** Epochs since the document in force began. */
  readonly documentAge: number
  /** Epochs that this program runs, and that the node is in its state. */
  readonly runs: number
  readonly inState: number
  readonly standing: Standing
  /** The agreed address is not the one of this program. */
  readonly isElsewhere: boolean
  /** How far the clocks of others are ahead of this one, for each that answered. */
  readonly clockOffsetsMs: readonly number[]
  readonly reachable: number
  readonly failing: number
  readonly usedBytes: number
  readonly limitBytes: number
  readonly freeBytes: number
  readonly equivocations: number
  /** The role `files` has no room for its largest file. */
  readonly isFilesFull: boolean
}

export async function gatherFacts(parts: OperatorParts): Promise<TroubleFacts> {
  const { base, health, startedAt } = parts
  const { keeper, clock, config, records } = base
  const content = keeper.document?.content
  const epochMs = content?.epochMs ?? 1
  const watched = [...health.watched.values()]
  const answered = watched.filter(({ failing }) => failing === 0)
  const standing = describeStanding(parts)
  const age = content === undefined ? 0 : (clock.now() - content.startsAt) / epochMs
  return {
    hasDocument: content !== undefined,
    freshness: keeper.freshness,
    documentAge: age,
    runs: content === undefined ? 0 : (clock.now() - startedAt) / epochMs,
    inState: (content?.epoch ?? 0) - standing.since,
    standing,
    isElsewhere: isElsewhere(parts),
    clockOffsetsMs: answered.map(({ clockOffsetMs }) => clockOffsetMs),
    reachable: answered.length,
    failing: watched.length - answered.length,
    usedBytes: records.measure().bytes,
    limitBytes: config.databaseMaxBytes,
    freeBytes: await measureDisk(config.dataDirectory),
    equivocations: keeper.equivocations.length,
    isFilesFull: isFilesFull(await describeFiles(parts)),
  }
}

function isFilesFull(files: FilesView | null): boolean {
  if (files === null) return false
  const { usedBytes, quotaBytes, largestBytes, freeBytes } = files
  return usedBytes + largestBytes > quotaBytes || (freeBytes !== null && freeBytes < largestBytes)
}

/** As the document has it; what the node said of itself since is in no document yet. */
function isElsewhere({ base: { config, identity, keeper }, ports }: OperatorParts): boolean {
  const key = encodeHex(identity.signing.publicKey)
  const own = keeper.document?.content.nodes.find(({ ed25519 }) => encodeHex(ed25519) === key)
  if (own === undefined) return false
  const isSameHost = own.host === (config.publicHost ?? config.host)
  return !isSameHost || !isDeepStrictEqual({ ...own.ports }, { ...ports })
}
