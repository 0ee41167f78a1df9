/**
 * What `sotto group …` does.
 *
 * @module
 */
import type { GroupView, Messenger } from '@sotto/client/engine'
import { ClientError } from '@sotto/client/errors'
import type { AccountId } from '@sotto/crypto/identity'
import { type GroupId, parseGroupKey } from '@sotto/protocol/config'
import { CliError } from '../errors.ts'
import { makePrintable, type Outcome } from '../output.ts'
import { readAccountId } from '../refused-text.ts'
import { type AccountPlace, withMessenger } from './with-messenger.ts'

/** More than two, so that one look does not depend on the luck of two nodes. */
const MEMBERS_ASKED = 3

type Groups = Messenger['groups']
type Done = ReturnType<Groups['leave']>

function readGroupId(text: string): GroupId {
  const id = parseGroupKey(text.trim())
  if (id !== undefined) return id
  throw new CliError('usage', 'A group id begins with 03 and has 66 characters.')
}

export function createGroup(
  place: AccountPlace,
  name: string,
  members: readonly string[],
): Promise<Outcome> {
  const accounts = members.map(readAccountId)
  return withMessenger(place, async ({ groups }) => {
    const created = await groups.create({ name, members: accounts })
    if (!created.ok) throw created.error
    const groupId = created.value
    const invited =
      accounts.length === 1 ? 'One invitation went' : `${accounts.length} invitations went`
    return {
      json: { groupId },
      text: `The group is there. ${accounts.length === 0 ? 'Nobody was invited.' : `${invited} out.`}\n\n  ${groupId}`,
    }
  })
}

export function listGroups(place: AccountPlace): Promise<Outcome> {
  return withMessenger(place, async (messenger) => {
    await fetchNew(messenger)
    const views = messenger.groups.list().flatMap((id) => messenger.groups.describe(id) ?? [])
    return {
      json: views.map(describeView),
      text: views.length === 0 ? 'No groups.' : views.map(layOutHead).join('\n'),
    }
  })
}

export function showGroup(place: AccountPlace, group: string): Promise<Outcome> {
  const groupId = readGroupId(group)
  return withMessenger(place, async (messenger) => {
    await fetchNew(messenger)
    const view = messenger.groups.describe(groupId)
    if (view === undefined) throw new ClientError('group_unknown')
    return { json: describeView(view), text: layOut(view) }
  })
}

export interface GroupChange {
  readonly act: (groups: Groups, id: GroupId) => Done
  /** What is said when it is done. */
  readonly done: string
}

/** Anything that either is done or says why not. */
export function changeGroup(
  place: AccountPlace,
  group: string,
  change: GroupChange,
): Promise<Outcome> {
  const groupId = readGroupId(group)
  return withMessenger(place, async (messenger) => {
    // Others may have changed it since.
    await fetchNew(messenger)
    const done = await change.act(messenger.groups, groupId)
    if (!done.ok) throw done.error
    return { json: { groupId }, text: change.done }
  })
}

export function readMembers(members: readonly string[]): readonly AccountId[] {
  return members.map(readAccountId)
}

async function fetchNew(messenger: Messenger): Promise<void> {
  const polled = await messenger.poll({ members: MEMBERS_ASKED })
  if (!polled.ok) throw polled.error
}

function describeView({ id, info, members, isAdmin, isReady, timer }: GroupView): object {
  return {
    groupId: id,
    name: info.name,
    description: info.description,
    isAdmin,
    isReady,
    timerSeconds: timer.seconds,
    members: members.map(([accountId, member]) => ({
      accountId,
      name: member.name,
      isAdmin: member.isAdmin,
      standing: member.invite,
    })),
  }
}

function layOutHead({ id, info, members, isAdmin }: GroupView): string {
  const name = makePrintable(info.name).replaceAll('\n', ' ')
  return `${id}  ${name}  ${members.length} members${isAdmin ? ', you lead it' : ''}`
}

function layOut(view: GroupView): string {
  const members = view.members.map(([id, { name, isAdmin }]) => {
    const shown = makePrintable(name).replaceAll('\n', ' ')
    return `  ${id}  ${shown}${isAdmin ? '  (admin)' : ''}`
  })
  return [layOutHead(view), makePrintable(view.info.description), '', ...members].join('\n')
}
