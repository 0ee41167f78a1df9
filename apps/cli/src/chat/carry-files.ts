/**
 * Sends and saves files for the screen, and says how far it is. What is saved goes into the folder where the program was started, under a
 * name that is free there.
 *
 * @module
 */
import { homedir } from 'node:os'
import { basename } from 'node:path'
import type { Messenger, TransferProgress } from '@sotto/client/engine'
import { describeFailure } from '../describe-failure.ts'
import { uploadFile } from '../messages/attach-file.ts'
import { createFree, fetchAndSave } from '../messages/save-file.ts'
import type { Effect, Input } from './effect.ts'

export type FileEffect = Extract<Effect, { kind: 'attach' | 'save' }>

export interface FileEffectParts {
  readonly messenger: Messenger
  /** Where files are saved. */
  readonly folder: string
  /** For what is known before the end. */
  readonly tell: (input: Input) => void
}

const PER_CENT = 100
const HOME = /^~(?=\/|$)/u

/** Never throws: whatever went wrong is said on the screen. */
export async function carryOutFile(
  effect: FileEffect,
  parts: FileEffectParts,
): Promise<readonly Input[]> {
  try {
    return effect.kind === 'attach' ? await attach(effect, parts) : await save(effect, parts)
  } catch (error) {
    const failure = await describeFailure(error)
    const text = failure?.message ?? ''
    const said: Input = { kind: 'said', notice: { text, isFailure: true } }
    return effect.kind === 'attach' ? [said] : [note(effect, undefined), said]
  }
}

async function attach(
  { to, path, isAsItIs, quote }: Extract<FileEffect, { kind: 'attach' }>,
  { messenger, tell }: FileEffectParts,
): Promise<readonly Input[]> {
  const place = path.replace(HOME, homedir())
  const say = (percent: number): void => {
    const text = `Sending ${basename(place)}: ${percent} %`
    tell({ kind: 'said', notice: { text, isFailure: false } })
  }
  say(0)
  const onProgress = (progress: TransferProgress): void => {
    say(measurePercent(progress))
  }
  const pointer = await uploadFile(messenger, place, { isAsItIs, onProgress })
  const attachments = [pointer]
  const sent = await messenger.send({ to, text: '', attachments, ...(quote && { quote }) })
  if (!sent.ok) throw sent.error
  return [{ kind: 'said', notice: undefined }]
}

async function save(
  effect: Extract<FileEffect, { kind: 'save' }>,
  { messenger, folder, tell }: FileEffectParts,
): Promise<readonly Input[]> {
  const { target: message, position, isAsItIs } = effect
  const onProgress = (progress: TransferProgress): void => {
    tell(note(effect, { percent: measurePercent(progress) }))
  }
  const which = { message, position, isAsItIs, onProgress }
  const { path } = await fetchAndSave(messenger, which, (name) => createFree(folder, name))
  const notice = { text: `Saved as ${path}`, isFailure: false }
  return [note(effect, 'saved'), { kind: 'said', notice }]
}

function note(
  { key, position }: Extract<FileEffect, { kind: 'save' }>,
  state: Extract<Input, { kind: 'saving' }>['state'],
): Input {
  return { kind: 'saving', key, position, state }
}

function measurePercent({ doneBytes, totalBytes }: TransferProgress): number {
  return totalBytes === 0 ? PER_CENT : Math.floor((doneBytes / totalBytes) * PER_CENT)
}
