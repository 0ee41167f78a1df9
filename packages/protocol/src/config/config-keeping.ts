/**
 * Everything that a device knows of one configuration between two pushes, as a value (spec 11 §6.1). What happens to it
 * is `shared-config.ts`; how it is kept on disk is `config-dump.ts`.
 *
 * @module
 */

import { type ConfigMessage, createFirstMessage } from './config-message.ts'
import { type ConfigDict, EMPTY_DICT } from './config-value.ts'
import { OBSOLETE_HASHES_MAX } from './limits.ts'

/** Whether the swarm has the latest revision: it has; it was sent there; nobody has it but this device. */
export type RevisionStanding = 'stored' | 'sent' | 'unsent'

/** A revision of this device that was sent without an answer: the others may have built on it, or never seen it. */
export interface UnansweredRevision {
  /** Of the revision, not of the stored message. */
  readonly hash: string
  readonly data: ConfigDict
}

export interface ConfigKeeping {
  readonly latest: ConfigMessage
  readonly standing: RevisionStanding
  /** Changes after the latest revision, which are in no revision yet. */
  readonly draft?: ConfigDict | undefined
  /** A new revision is due although nothing changed: the key did. */
  readonly isRewriteDue: boolean
  /** The data that the swarm was last known to have. */
  readonly agreed: ConfigDict
  /** Those before the latest, newest last, as many as others can still name. */
  readonly unanswered: readonly UnansweredRevision[]
  /** Message hashes under which the swarm has the latest revision. */
  readonly hashes: readonly string[]
  /** Message hashes of what it replaces, to be deleted once it is stored. */
  readonly obsolete: readonly string[]
}

export function createKeeping(): ConfigKeeping {
  return {
    latest: createFirstMessage(),
    standing: 'stored',
    isRewriteDue: false,
    agreed: EMPTY_DICT,
    unanswered: [],
    hashes: [],
    obsolete: [],
  }
}

export function hasDraft({ draft, isRewriteDue }: ConfigKeeping): boolean {
  return draft !== undefined || isRewriteDue
}

/**
 * Adds hashes that became obsolete; those in use are spared, whatever else named them. The oldest are forgotten: others
 * delete them too, and a device that only reads would collect them for ever.
 */
export function retireHashes(keeping: ConfigKeeping, hashes: readonly string[]): ConfigKeeping {
  const obsolete = new Set([...keeping.obsolete, ...hashes])
  for (const hash of keeping.hashes) obsolete.delete(hash)
  return { ...keeping, obsolete: [...obsolete].slice(-OBSOLETE_HASHES_MAX) }
}
