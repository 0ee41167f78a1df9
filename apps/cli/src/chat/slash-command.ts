/**
 * What may be typed after a slash, and what of it. Pure; what a command then does is in `obey.ts`.
 *
 * @module
 */

export type CommandName =
  | 'accept'
  | 'decline'
  | 'block'
  | 'unblock'
  | 'reply'
  | 'react'
  | 'edit'
  | 'unsend'
  | 'again'
  | 'attach'
  | 'save'
  | 'timer'
  | 'search'
  | 'to'
  | 'help'
  | 'quit'

interface Command {
  readonly argument?: string
  readonly about: string
}

const COMMANDS: Readonly<Record<CommandName, Command>> = {
  accept: { about: 'take up the request or invitation' },
  decline: { about: 'refuse it and delete what came with it' },
  block: { about: 'drop what they write' },
  unblock: { about: 'let them write again' },
  reply: { about: 'answer the marked or their newest one' },
  react: { argument: 'EMOJI', about: 'put it there; once more takes it away' },
  edit: { argument: 'TEXT', about: 'correct your marked or newest message' },
  unsend: { about: 'take that message back, for everybody' },
  again: { about: 'send once more what was not sent' },
  attach: { argument: 'PATH', about: 'send a file; --as-is as you have it' },
  save: { argument: 'N', about: 'save file N of the marked or newest' },
  timer: { argument: 'WHEN', about: 'messages go: off, read 1h, send 1d' },
  search: { argument: 'TEXT', about: 'find messages on this device' },
  to: { argument: 'ID', about: 'write to somebody who is not listed' },
  help: { about: 'this page' },
  quit: { about: 'leave' },
}

export type Typed =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'command'; readonly name: CommandName; readonly rest: string }
  | { readonly kind: 'wrong'; readonly reason: string }

const COMMAND = /^\/(\S*)\s*([\s\S]*)$/u

/** What is not said is then asked, or follows from what is on the screen. */
const MAY_BE_ALONE: ReadonlySet<CommandName> = new Set(['timer', 'save'])

/** Two slashes are a text that begins with one. */
export function parseTyped(line: string): Typed {
  if (line.startsWith('//')) return { kind: 'text', text: line.slice(1) }
  const [, word, rest = ''] = COMMAND.exec(line) ?? []
  if (word === undefined) return { kind: 'text', text: line }
  const name = findName(word)
  if (name === undefined)
    return { kind: 'wrong', reason: `There is no /${word}. /help shows what there is.` }
  const { argument } = COMMANDS[name]
  if (argument !== undefined && !MAY_BE_ALONE.has(name) && rest.trim() === '')
    return { kind: 'wrong', reason: `What is missing: /${name} ${argument}` }
  return { kind: 'command', name, rest: rest.trim() }
}

/** Some commands are known under other names elsewhere. */
const OTHER_NAMES: Readonly<Record<string, CommandName>> = {
  exit: 'quit',
  q: 'quit',
  find: 'search',
}

function findName(word: string): CommandName | undefined {
  const small = word.toLowerCase()
  if (Object.hasOwn(OTHER_NAMES, small)) return OTHER_NAMES[small]
  return listCommands().find((name) => name === small)
}

export function listCommands(): readonly CommandName[] {
  return Object.keys(COMMANDS).filter((name): name is CommandName => name in COMMANDS)
}

/** As the page of help lists it. */
export function describeCommand(name: CommandName): readonly [string, string] {
  const { argument, about } = COMMANDS[name]
  return [argument === undefined ? `/${name}` : `/${name} ${argument}`, about]
}
