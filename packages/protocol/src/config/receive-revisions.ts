/**
 * What becomes of a device's own state when it reads revisions of others (spec 11 §6.3). Pure: from one keeping to the
 * next. Opening stored bytes is `shared-config.ts`.
 *
 * @module
 */

import { type ConfigKeeping, hasDraft, retireHashes } from './config-keeping.ts'
import { type ConfigMessage, createNextMessage } from './config-message.ts'
import { type ConfigDict, equalDicts } from './config-value.ts'
import { applyLateChanges } from './late-changes.ts'
import { SEQNO_MAX } from './limits.ts'
import { type MergeAuthor, type MergeOutcome, mergeMessages } from './merge-messages.ts'

export interface ReceivedRevision {
  readonly message: ConfigMessage
  /** Under which the swarm has it; several for a revision in parts. */
  readonly hashes: readonly string[]
}

export function receiveRevisions(
  keeping: ConfigKeeping,
  received: readonly ReceivedRevision[],
  author: MergeAuthor,
): ConfigKeeping {
  if (received.length === 0) return keeping
  const own = serializeDraft(keeping, author)
  const revisions = received.map(({ message }) => message)
  const isBehind = isOvertaken(keeping, own, revisions)
  const outcome = mergeMessages(isBehind ? revisions : [...revisions, own], author)
  const stored = received.flatMap(({ hashes }) => hashes)
  if (outcome.message === own) return stayWithOwn(keeping, received, stored)
  const next =
    outcome.kind === 'merged'
      ? settleMerged(keeping, outcome, own)
      : settleAdopted(keeping, outcome.message, received)
  const settled = isBehind ? addLateChanges(keeping, next, revisions) : next
  return retireHashes(settled, [...keeping.hashes, ...stored])
}

/**
 * Whether others have gone on while there are changes here that may be nowhere else. A first draft competes with
 * revisions of the same seqno, as it does on other clients; older changes would be carried along for fewer revisions
 * than others may have missed, or for none.
 */
function isOvertaken(
  keeping: ConfigKeeping,
  own: ConfigMessage,
  revisions: readonly ConfigMessage[],
): boolean {
  if (keeping.standing === 'stored') {
    return hasDraft(keeping) && revisions.some(({ seqno }) => seqno > own.seqno)
  }
  return revisions.some(({ seqno, hash }) => seqno >= own.seqno && hash !== own.hash)
}

/** The changes that are in no revision yet take part as the revision that a push would make of them. */
function serializeDraft(keeping: ConfigKeeping, author: MergeAuthor): ConfigMessage {
  const { latest, draft } = keeping
  if (author.kind === 'reader' || !hasDraft(keeping) || latest.seqno >= SEQNO_MAX) return latest
  return createNextMessage(latest, draft ?? latest.data, author.signer)
}

/** Reading one's own revision back is as good as a confirmation that it was stored. */
function stayWithOwn(
  keeping: ConfigKeeping,
  received: readonly ReceivedRevision[],
  stored: readonly string[],
): ConfigKeeping {
  const found = findHashes(received, keeping.latest)
  const confirmed: ConfigKeeping =
    found.length === 0
      ? keeping
      : {
          ...keeping,
          standing: 'stored',
          agreed: keeping.latest.data,
          unanswered: [],
          hashes: [...new Set([...keeping.hashes, ...found])],
        }
  return retireHashes(confirmed, stored)
}

function findHashes(
  received: readonly ReceivedRevision[],
  { hash }: ConfigMessage,
): readonly string[] {
  return received.flatMap(({ message, hashes }) => (message.hash === hash ? hashes : []))
}

function settleAdopted(
  keeping: ConfigKeeping,
  latest: ConfigMessage,
  received: readonly ReceivedRevision[],
): ConfigKeeping {
  const isSame = latest.hash === keeping.latest.hash
  const found = findHashes(received, latest)
  return {
    latest,
    standing: 'stored',
    isRewriteDue: false,
    agreed: latest.data,
    unanswered: [],
    hashes: [...new Set([...(isSame ? keeping.hashes : []), ...found])],
    obsolete: keeping.obsolete,
  }
}

function settleMerged(
  keeping: ConfigKeeping,
  { message, highest }: MergeOutcome & { readonly kind: 'merged' },
  own: ConfigMessage,
): ConfigKeeping {
  return {
    latest: message,
    standing: 'unsent',
    isRewriteDue: false,
    agreed: highest === own ? keeping.agreed : highest.data,
    unanswered: highest === own ? keeping.unanswered : [],
    hashes: [],
    obsolete: keeping.obsolete,
  }
}

/** Done again on top of the newest, late changes are carried along for the full time. */
function addLateChanges(
  keeping: ConfigKeeping,
  next: ConfigKeeping,
  revisions: readonly ConfigMessage[],
): ConfigKeeping {
  const draft = applyLateChanges({
    base: findSharedData(keeping, revisions),
    own: keeping.draft ?? keeping.latest.data,
    target: next.latest.data,
    shown: [...keeping.unanswered, keeping.latest].map(({ data }) => data),
  })
  const isRewriteDue = keeping.isRewriteDue && next.standing === 'stored'
  return equalDicts(draft, next.latest.data)
    ? { ...next, isRewriteDue }
    : { ...next, isRewriteDue, draft }
}

/** The newest state of this device that the others know, or else the last one that was confirmed. */
function findSharedData(
  { latest, unanswered, agreed }: ConfigKeeping,
  revisions: readonly ConfigMessage[],
): ConfigDict {
  const known = new Set(
    revisions.flatMap(({ hash, lagged }) => [hash, ...lagged.map((row) => row.hash)]),
  )
  return [...unanswered, latest].findLast(({ hash }) => known.has(hash))?.data ?? agreed
}
