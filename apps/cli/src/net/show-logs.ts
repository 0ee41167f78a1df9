/**
 * `sotto net logs`: the last lines of one node or of all, and on request those to come.
 *
 * @module
 */

import type { Print } from '../output.ts'
import { LogReader, selectLogs, watchLogs } from './logs.ts'
import { waitForStopSignal } from './stop-signal.ts'

export interface LogChoices {
  readonly name: string | undefined
  readonly lines: number
  readonly follow: boolean
}

async function showNewLines(
  reader: LogReader,
  print: Print,
  options: { prefix: boolean; last?: number },
): Promise<void> {
  const lines = await reader.readNewLines()
  const shown = options.last === undefined ? lines : lines.slice(-options.last)
  for (const line of shown) print(options.prefix ? `${reader.name} | ${line}` : line)
}

/** Prints logs; with `follow` it resolves at the first stop signal. */
export async function showLogs(
  statePath: string,
  choices: LogChoices,
  print: Print,
): Promise<void> {
  const names = await selectLogs(statePath, choices.name)
  const prefix = choices.name === undefined
  const readers = new Map(names.map((name) => [name, new LogReader(statePath, name)]))
  // One after the other, so that the lines of a node stay together.
  let turn = Promise.resolve()
  for (const reader of readers.values()) {
    turn = turn.then(() => showNewLines(reader, print, { prefix, last: choices.lines }))
  }
  await turn
  if (!choices.follow) return
  const stopping = new AbortController()
  void waitForStopSignal().then(() => stopping.abort())
  await watchLogs(statePath, stopping.signal, (name) => {
    const reader = readers.get(name)
    if (reader !== undefined) turn = turn.then(() => showNewLines(reader, print, { prefix }))
  })
}
