/**
 * One round of a messenger: everything that is new, of all kinds of conversations, and what has ended.
 *
 * @module
 */
import { ok, type Result } from '@sotto/crypto/result'
import type { ClientError } from '../errors.ts'
import type { SharingParts } from './contacts.ts'
import { type FileParts, sweepFiles } from './files/index.ts'
import type { GroupActions } from './groups/index.ts'
import type { MessengerEvent } from './messenger-event.ts'
import type { NetworkClient } from './network-client.ts'
import type { AccountPoller } from './receive/account-poller.ts'
import type { SecrecyRound } from './secrecy/secrecy-round.ts'
import { queueForgetting } from './upkeep/forget-in-swarm.ts'
import { noteGap } from './upkeep/note-gap.ts'
import { adoptEnds, type SharedEndParts } from './upkeep/shared-ends.ts'
import { sweep } from './upkeep/sweep.ts'

export interface RoundParts {
  readonly parts: SharingParts & SharedEndParts
  readonly client: Pick<NetworkClient, 'refresh'>
  readonly poller: AccountPoller
  readonly groups: GroupActions
  readonly files: FileParts
  readonly secrecy: SecrecyRound
}

/** Asks so many members of each swarm. */
export async function readRound(
  members: number,
  { parts, client, poller, groups, files, secrecy }: RoundParts,
): Promise<Result<readonly MessengerEvent[], ClientError>> {
  const { history, time } = parts
  await client.refresh()
  const outcome = await poller.poll(members)
  if (!outcome.ok) return outcome
  const { readElsewhere, isComplete, completeMembers } = outcome.value
  const secret = await secrecy.tend({ completeMembers })
  const late = secrecy.retry()
  const released = (await parts.sender.release()).map(
    (name) => ({ kind: 'changed', name }) as const,
  )
  const events = [...outcome.value.events, ...late.events]
  const obsoleteHashes = [...outcome.value.obsoleteHashes, ...late.obsoleteHashes]
  history.transaction(() => {
    queueForgetting(obsoleteHashes, history)
  })
  await adoptEnds(readElsewhere, parts)
  // Another device may have left a group, or have been taken out of it.
  groups.forgetEnded()
  await parts.share()
  const inGroups = await Promise.all(groups.list().map((id) => groups.poll(id, members)))
  // A group that could not be read is read with the next round.
  const told = inGroups.flatMap((round) => (round.ok ? round.value : []))
  if (told.length > 0) await parts.share()
  const nowMs = time.now()
  const gaps = isComplete ? noteGap(history, nowMs) : []
  const ended = sweep(history, nowMs)
  await sweepFiles(files)
  return ok([...gaps, ...secret, ...events, ...released, ...told, ...ended])
}
