/**
 * The page that `/help` shows.
 *
 * @module
 */
import { type Line, say } from './frame.ts'
import { describeCommand, listCommands } from './slash-command.ts'
import { cutText, wrapText } from './text-cells.ts'

const KEYS: readonly (readonly [string, string])[] = [
  ['Enter', 'send; Ctrl-J begins a new line'],
  ['Tab ↓, Shift-Tab ↑', 'next, previous conversation'],
  ['PgUp, PgDn', 'older, newer messages'],
  ['Ctrl-P, Ctrl-N', 'mark a message for such a command'],
  ['Ctrl-S', 'save the file of it, or the newest one'],
  ['Esc', 'back from here, a search or a mark'],
  ['Ctrl-L', 'draw anew'],
  ['Ctrl-C', 'leave; your draft is kept'],
]
const SIGNS: readonly (readonly [string, string])[] = [
  ['# ^ m x …', 'group, pinned, muted, blocked, draft'],
]
const LEFT = 22

export function layOutHelp(ownId: string, width: number): readonly Line[] {
  return [
    ...layOutTable('Commands', listCommands().map(describeCommand), width),
    ...layOutTable('Keys', KEYS, width),
    ...layOutTable('In the list', SIGNS, width),
    [say('Your account id', 'strong')],
    ...[...wrapText(ownId, Math.max(1, width - 2))].map((row) => [say(`  ${row}`)]),
  ]
}

function layOutTable(
  title: string,
  rows: readonly (readonly [string, string])[],
  width: number,
): readonly Line[] {
  const left = Math.min(LEFT, Math.floor(width / 2))
  return [
    [say(title, 'strong')],
    ...rows.map(([name, about]) => [
      say(`  ${cutText(name, left - 3)}`.padEnd(left)),
      say(cutText(about, width - left), 'faint'),
    ]),
  ]
}
