/**
 * `sotto contact …` and `sotto timer`: what an account decides about others. The work is in `../messages/manage-contacts.ts`.
 *
 * @module
 */
import type { ContactChanges } from '@sotto/client/engine'
import { Command } from 'commander'
import type { Decision } from '../messages/manage-contacts.ts'
import { type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

const PINNED = 1
const HIDDEN = -1

interface Change {
  readonly name: string
  readonly about: string
  readonly changes: ContactChanges
  readonly done: string
}

const DECISIONS: readonly (readonly [Decision, string])[] = [
  ['accept', 'accept a request; whoever made it is told'],
  ['decline', 'refuse a request and delete what came with it; nobody is told'],
  ['forget', 'delete the contact and all messages, on all of your devices'],
]

const CHANGES: readonly Change[] = [
  { name: 'block', about: 'drop what they write', changes: { isBlocked: true }, done: 'Blocked.' },
  {
    name: 'unblock',
    about: 'let them write again',
    changes: { isBlocked: false },
    done: 'Unblocked.',
  },
  {
    name: 'pin',
    about: 'keep the conversation on top',
    changes: { priority: PINNED },
    done: 'Pinned.',
  },
  { name: 'unpin', about: 'let it sink', changes: { priority: 0 }, done: 'Unpinned.' },
  {
    name: 'archive',
    about: 'hide the conversation until something new comes',
    changes: { priority: HIDDEN },
    done: 'Archived.',
  },
  { name: 'mute', about: 'no notices', changes: { notify: 'disabled' }, done: 'Muted.' },
  { name: 'unmute', about: 'notices again', changes: { notify: 'default' }, done: 'Unmuted.' },
]

function create(parent: Command, name: string): Command {
  return addJson(addNetwork(addHome(parent.command(name))))
}

function addDecision(
  contact: Command,
  [decision, about]: (typeof DECISIONS)[number],
  print: Print,
): void {
  create(contact, decision)
    .description(about)
    .argument('<id>', 'the account id')
    .action(async (id: string, options: MessageCommandOptions) => {
      const { decideContact } = await import('../messages/manage-contacts.ts')
      printOutcome(await decideContact(findPlace(options), id, decision), options, print)
    })
}

function addChange(contact: Command, { name, about, changes, done }: Change, print: Print): void {
  create(contact, name)
    .description(about)
    .argument('<id>', 'the account id')
    .action(async (id: string, options: MessageCommandOptions) => {
      const { changeContact } = await import('../messages/manage-contacts.ts')
      const change = { changes, done }
      printOutcome(await changeContact(findPlace(options), id, change), options, print)
    })
}

function addRename(contact: Command, print: Print): void {
  create(contact, 'name')
    .description('give them a name that only you see; an empty one takes it away')
    .argument('<id>', 'the account id')
    .argument('<nickname>', 'the name')
    .action(async (id: string, nickname: string, options: MessageCommandOptions) => {
      const { changeContact } = await import('../messages/manage-contacts.ts')
      const change = { changes: { nickname }, done: 'Named.' }
      printOutcome(await changeContact(findPlace(options), id, change), options, print)
    })
}

/** The `contact` command with all of its subcommands. */
export function createContactCommand(print: Print): Command {
  const contact = new Command('contact').description('decide about requests and people you know')
  create(contact, 'list')
    .description('list them')
    .action(async (options: MessageCommandOptions) => {
      const { listContacts } = await import('../messages/manage-contacts.ts')
      printOutcome(await listContacts(findPlace(options)), options, print)
    })
  for (const decision of DECISIONS) addDecision(contact, decision, print)
  addRename(contact, print)
  for (const change of CHANGES) addChange(contact, change, print)
  return contact
}

export function createTimerCommand(print: Print): Command {
  return addJson(addNetwork(addHome(new Command('timer'))))
    .description('show or set when messages with somebody disappear')
    .argument('<id>', 'the account id; your own for notes to yourself')
    .argument('[mode]', 'off, read (after they were read) or send (after they were sent)')
    .argument('[duration]', 'such as 5m, 12h or 7d')
    .action(
      async (
        id: string,
        mode: string | undefined,
        duration: string | undefined,
        options: MessageCommandOptions,
      ) => {
        const { setTimer } = await import('../messages/manage-contacts.ts')
        const wish = {
          ...(mode !== undefined && { mode }),
          ...(duration !== undefined && { duration }),
        }
        printOutcome(await setTimer(findPlace(options), id, wish), options, print)
      },
    )
}
