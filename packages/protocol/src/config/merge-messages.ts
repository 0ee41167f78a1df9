/**
 * From revisions that several devices wrote at the same time to one that holds all of their changes (spec 11 §5.3,
 * §5.4). The outcome depends on the set of revisions alone, so that devices which saw the same ones write the same bytes.
 *
 * @module
 */

import type { SigningKeyPair } from '@sotto/crypto/signing'
import { applyDiff, type ConfigDiff, EMPTY_DIFF } from './config-diff.ts'
import {
  type ConfigMessage,
  compareRevisions,
  createMessage,
  type RevisionId,
} from './config-message.ts'
import type { ConfigDict } from './config-value.ts'
import { CONFIG_LAG, SEQNO_MAX } from './limits.ts'

/** Who may write: an account's own devices, or whoever holds a group's secret key. */
export type MergeAuthor =
  | { readonly kind: 'writer'; readonly signer?: SigningKeyPair }
  | { readonly kind: 'reader' }

export type MergeOutcome =
  | { readonly kind: 'adopted'; readonly message: ConfigMessage }
  /** A new revision that nobody has yet. */
  | { readonly kind: 'merged'; readonly message: ConfigMessage; readonly highest: ConfigMessage }

/** A change together with the data in which its values are found. */
interface Change extends RevisionId {
  readonly diff: ConfigDiff
  readonly source: ConfigDict
}

/** Throws for no candidates, which is a mistake of ours. Of equal ones the first counts. */
export function mergeMessages(
  candidates: readonly ConfigMessage[],
  author: MergeAuthor,
): MergeOutcome {
  const remaining = dropRedundant(candidates).toSorted(compareRevisions)
  const highest = remaining.at(-1)
  if (highest === undefined) throw new RangeError('nothing to merge')
  // At the limit no reader would take a further revision, so the highest has to do.
  if (remaining.length === 1 || author.kind === 'reader' || highest.seqno >= SEQNO_MAX) {
    return { kind: 'adopted', message: highest }
  }
  return { kind: 'merged', message: joinRevisions(remaining, highest, author.signer), highest }
}

/** Spec 11 §5.3. The newest are never redundant: a lagged diff is older than the revision that carries it. */
function dropRedundant(candidates: readonly ConfigMessage[]): readonly ConfigMessage[] {
  const seen = new Set(candidates.flatMap(({ lagged }) => lagged.map(nameRevision)))
  const newest = candidates.reduce((seqno, candidate) => Math.max(seqno, candidate.seqno), 0)
  return candidates.filter((candidate) => {
    const name = nameRevision(candidate)
    if (seen.has(name) || candidate.seqno + CONFIG_LAG <= newest) return false
    seen.add(name)
    return true
  })
}

function nameRevision({ seqno, hash }: RevisionId): string {
  return `${seqno}:${hash}`
}

function joinRevisions(
  remaining: readonly ConfigMessage[],
  highest: ConfigMessage,
  signer: SigningKeyPair | undefined,
): ConfigMessage {
  const changes = collectChanges(remaining)
  const data = changes.reduce((target, change) => applyDiff({ ...change, target }), highest.data)
  const lagged = changes.map(({ seqno, hash, diff }) => ({ seqno, hash, diff }))
  const { unknown } = highest
  return createMessage(
    { seqno: highest.seqno + 1, data, diff: EMPTY_DIFF, lagged, unknown },
    signer,
  )
}

/** `remaining` ascends, so of a change that several carry the highest's copy stays. */
function collectChanges(remaining: readonly ConfigMessage[]): readonly Change[] {
  const changes = new Map<string, Change>()
  for (const { seqno, hash, diff, lagged, data } of remaining) {
    for (const change of [...lagged, { seqno, hash, diff }]) {
      changes.set(nameRevision(change), { ...change, source: data })
    }
  }
  return [...changes.values()].toSorted(compareRevisions)
}
