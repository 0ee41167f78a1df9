/**
 * What `/attach` and `/save` ask for. Which file is meant by saving: of the marked message, else of the newest that has any, the first one
 * that is not saved.
 *
 * @module
 */
import {
  type ChatState,
  findMarked,
  listVisible,
  type Saving,
  type ShownFile,
  type ShownMessage,
} from './chat-state.ts'
import type { Input } from './effect.ts'
import { NOBODY, notify, type Step, stay } from './step.ts'

const AS_IS = /^--as-is(?:\s+|$)/u
const NUMBER = /^[1-9]\d?$/u

export function attachFile(state: ChatState, rest: string): Step {
  const { chosen, answered } = state
  const { isAsItIs, words: path } = readWish(rest)
  if (chosen === undefined) return stay(notify(state, NOBODY, true))
  if (path === '') return stay(notify(state, 'What is missing: /attach PATH', true))
  const quote = answered?.name
  const next = { ...state, answered: undefined, marked: undefined, scroll: 0 }
  return stay(next, { kind: 'attach', to: chosen, path, isAsItIs, ...(quote && { quote }) })
}

export function saveFile(state: ChatState, rest: string): Step {
  const { isAsItIs, words } = readWish(rest)
  const target = findTarget(state)
  if (target?.name === undefined || target.files.length === 0)
    return stay(notify(state, 'There is no file to save; mark a message with Ctrl-P.', true))
  if (words !== '' && !NUMBER.test(words))
    return stay(notify(state, 'Files of a message are counted from 1: /save 2', true))
  const position = words === '' ? target.files.findIndex(isUnsaved) : Number(words) - 1
  const file = target.files[position]
  if (file === undefined) return stay(notify(state, explainMissing(words, target), true))
  const { key, name } = target
  // Twice under way it would be there twice.
  if (typeof file.state === 'object') return stay(notify(state, 'It is under way already.', false))
  const begun: Saving = { key, position, state: { percent: 0 } }
  const next = { ...state, saving: noteSaving(state.saving, begun) }
  return stay(next, { kind: 'save', target: name, key, position, isAsItIs })
}

/** A later state of the same file takes the place of an earlier one. */
export function noteSaving(
  saving: readonly Saving[],
  { key, position, state }: Omit<Extract<Input, { kind: 'saving' }>, 'kind'>,
): readonly Saving[] {
  const others = saving.filter((each) => each.key !== key || each.position !== position)
  return state === undefined ? others : [...others, { key, position, state }]
}

/** What Ctrl-S would save. */
export function findFileToSave(state: ChatState): ShownFile | undefined {
  return findTarget(state)?.files.find(isUnsaved)
}

function findTarget(state: ChatState): ShownMessage | undefined {
  const marked = findMarked(state)
  if (marked !== undefined) return marked
  const withFiles = listVisible(state).filter(({ files }) => files.length > 0)
  return withFiles.findLast(({ isOwn }) => !isOwn) ?? withFiles.at(-1)
}

function isUnsaved({ state }: ShownFile): boolean {
  return typeof state === 'string' && state !== 'saved'
}

function explainMissing(words: string, { files }: ShownMessage): string {
  if (words === '') return 'All of its files are saved, or under way.'
  return files.length === 1 ? 'It has one file.' : `It has ${files.length} files.`
}

function readWish(rest: string): { readonly isAsItIs: boolean; readonly words: string } {
  const isAsItIs = AS_IS.test(rest)
  return { isAsItIs, words: rest.replace(AS_IS, '').trim() }
}
