/**
 * `sotto group …`: the command line of groups. The work is in `../messages/manage-groups.ts`.
 *
 * @module
 */
import { Command } from 'commander'
import type { GroupChange } from '../messages/manage-groups.ts'
import { type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

const GROUP = '<group>'
const GROUP_ABOUT = 'the id of the group'

interface InviteOptions extends MessageCommandOptions {
  readonly withHistory?: boolean
}

interface RemoveOptions extends MessageCommandOptions {
  readonly withMessages?: boolean
}

function create(parent: Command, name: string): Command {
  return addJson(addNetwork(addHome(parent.command(name))))
}

function addCreate(group: Command, print: Print): void {
  create(group, 'create')
    .description('make a group and invite accounts')
    .argument('<name>', 'how it is called')
    .argument('[ids...]', 'whom to invite')
    .action(async (name: string, ids: readonly string[], options: MessageCommandOptions) => {
      const { createGroup } = await import('../messages/manage-groups.ts')
      printOutcome(await createGroup(findPlace(options), name, ids), options, print)
    })
}

function addList(group: Command, print: Print): void {
  create(group, 'list')
    .description('list the groups that you are in')
    .action(async (options: MessageCommandOptions) => {
      const { listGroups } = await import('../messages/manage-groups.ts')
      printOutcome(await listGroups(findPlace(options)), options, print)
    })
}

function addShow(group: Command, print: Print): void {
  create(group, 'show')
    .description('show a group and who is in it')
    .argument(GROUP, GROUP_ABOUT)
    .action(async (id: string, options: MessageCommandOptions) => {
      const { showGroup } = await import('../messages/manage-groups.ts')
      printOutcome(await showGroup(findPlace(options), id), options, print)
    })
}

const ANSWERS = [
  ['accept', 'accept an invitation', 'acceptInvite', 'Joined.'],
  ['decline', 'refuse an invitation; nobody is told', 'declineInvite', 'Declined.'],
  ['leave', 'leave the group; the others learn it', 'leave', 'Left.'],
  ['destroy', 'end the group for everybody', 'destroy', 'The group has ended for everybody.'],
] as const

function addAnswer(
  group: Command,
  [name, about, act, done]: (typeof ANSWERS)[number],
  print: Print,
): void {
  create(group, name)
    .description(about)
    .argument(GROUP, GROUP_ABOUT)
    .action(async (id: string, options: MessageCommandOptions) => {
      const { changeGroup } = await import('../messages/manage-groups.ts')
      const change = { act: (groups, groupId) => groups[act](groupId), done } satisfies GroupChange
      printOutcome(await changeGroup(findPlace(options), id, change), options, print)
    })
}

function addInvite(group: Command, print: Print): void {
  create(group, 'invite')
    .description('invite accounts')
    .argument(GROUP, GROUP_ABOUT)
    .argument('<ids...>', 'whom')
    .option('--with-history', 'they may read what was written before')
    .action(async (id: string, ids: readonly string[], options: InviteOptions) => {
      const { changeGroup, readMembers } = await import('../messages/manage-groups.ts')
      const wish = { members: readMembers(ids), sharesHistory: options.withHistory === true }
      const change = {
        act: (groups, groupId) => groups.invite(groupId, wish),
        done: 'Invited.',
      } satisfies GroupChange
      printOutcome(await changeGroup(findPlace(options), id, change), options, print)
    })
}

function addPromote(group: Command, print: Print): void {
  create(group, 'promote')
    .description('make members admins; that cannot be taken back')
    .argument(GROUP, GROUP_ABOUT)
    .argument('<ids...>', 'whom')
    .action(async (id: string, ids: readonly string[], options: MessageCommandOptions) => {
      const { changeGroup, readMembers } = await import('../messages/manage-groups.ts')
      const members = readMembers(ids)
      const change = {
        act: (groups, groupId) => groups.promote(groupId, members),
        done: 'Promoted.',
      } satisfies GroupChange
      printOutcome(await changeGroup(findPlace(options), id, change), options, print)
    })
}

function addRemove(group: Command, print: Print): void {
  create(group, 'remove')
    .description('remove members; the others get a new key')
    .argument(GROUP, GROUP_ABOUT)
    .argument('<ids...>', 'whom')
    .option('--with-messages', 'what they wrote goes too')
    .action(async (id: string, ids: readonly string[], options: RemoveOptions) => {
      const { changeGroup, readMembers } = await import('../messages/manage-groups.ts')
      const wish = { members: readMembers(ids), deletesMessages: options.withMessages === true }
      const change = {
        act: (groups, groupId) => groups.remove(groupId, wish),
        done: 'Removed.',
      } satisfies GroupChange
      printOutcome(await changeGroup(findPlace(options), id, change), options, print)
    })
}

function addTexts(group: Command, print: Print): void {
  const texts = [
    ['rename', 'give the group another name', 'rename', 'Renamed.'],
    ['describe', 'say what the group is about', 'setDescription', 'Described.'],
  ] as const
  for (const [name, about, act, done] of texts)
    create(group, name)
      .description(about)
      .argument(GROUP, GROUP_ABOUT)
      .argument('<text>', 'the text, in quotes')
      .action(async (id: string, text: string, options: MessageCommandOptions) => {
        const { changeGroup } = await import('../messages/manage-groups.ts')
        const change = {
          act: (groups, groupId) => groups[act](groupId, text),
          done,
        } satisfies GroupChange
        printOutcome(await changeGroup(findPlace(options), id, change), options, print)
      })
}

function addTimer(group: Command, print: Print): void {
  create(group, 'timer')
    .description('let messages disappear after they were sent')
    .argument(GROUP, GROUP_ABOUT)
    .argument('<duration>', 'such as 12h or 7d, or off')
    .action(async (id: string, duration: string, options: MessageCommandOptions) => {
      const { changeGroup } = await import('../messages/manage-groups.ts')
      const { readSeconds } = await import('../messages/manage-contacts.ts')
      const seconds = duration === 'off' ? 0 : readSeconds(duration)
      const change = {
        act: (groups, groupId) => groups.setTimer(groupId, seconds),
        done: 'Set.',
      } satisfies GroupChange
      printOutcome(await changeGroup(findPlace(options), id, change), options, print)
    })
}

/** The `group` command with all of its subcommands. */
export function createGroupCommand(print: Print): Command {
  const group = new Command('group').description('groups of up to 100 members')
  for (const add of [
    addCreate,
    addList,
    addShow,
    addInvite,
    addPromote,
    addRemove,
    addTexts,
    addTimer,
  ])
    add(group, print)
  for (const answer of ANSWERS) addAnswer(group, answer, print)
  return group
}
