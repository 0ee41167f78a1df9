/**
 * What a device is to its account's groups (spec 12 §7.5): one word for a person to act on, from what was seen.
 *
 * @module
 */
import { type GroupState, groupText, ownRow } from './group-state.ts'

export type Membership =
  /** Nothing was fetched yet in this run: nothing is to be asked. */
  | 'unknown'
  | 'in-group'
  /** Our group's messages are gone and another group is there. */
  | 'cut-off'
  /** The group goes on without us, under our own id. */
  | 'displaced'
  | 'removed'
  | 'waiting'
  | 'groups-visible'
  | 'no-group'

/** The first that holds, in the order of spec 12 §7.5. */
export function findMembership(state: GroupState, nowMs: number): Membership {
  if (!state.hasFetched) return 'unknown'
  const own = ownRow(state).state
  const others = findOtherGroups(state, nowMs)
  if (own === 'registered' && state.displacedAtMs === undefined) {
    return isOwnGroupAlive(state, nowMs) || others.length === 0 ? 'in-group' : 'cut-off'
  }
  if (own === 'registered') return 'displaced'
  if (own === 'kicked') return 'removed'
  const newest = state.ownRequests.at(-1)
  if (own === 'pending' || newest?.held !== undefined) return 'waiting'
  return others.length > 0 ? 'groups-visible' : 'no-group'
}

/** Groups of the account beside our own, in hex, that some device has written to within thirty days. */
export function findOtherGroups(state: GroupState, nowMs: number): readonly string[] {
  const ours = state.groupId && groupText(state.groupId)
  return [...state.groupsSeen].flatMap(([group, { expiresAtMs }]) =>
    group !== ours && expiresAtMs > nowMs ? [group] : [],
  )
}

function isOwnGroupAlive({ groupId, groupsSeen }: GroupState, nowMs: number): boolean {
  const seen = groupId && groupsSeen.get(groupText(groupId))
  return seen !== undefined && seen.expiresAtMs > nowMs
}
