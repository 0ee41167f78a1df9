/**
 * A node that an operator runs with `sotto node run`, seen through its log as by a system's journal.
 *
 * @module
 */

import { spawn } from 'node:child_process'
import { EventEmitter, on, once } from 'node:events'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { SOTTO_PROGRAM } from './run-sotto.ts'

const lineSchema = z.looseObject({ event: z.string() })

export type LogLine = z.infer<typeof lineSchema>

export interface OperatedNode extends AsyncDisposable {
  readonly pid: number
  /** The first line with this event that the predicate accepts, also one that was written before. */
  findLine(event: string, accepts?: (line: LogLine) => boolean | Promise<boolean>): Promise<LogLine>
  /** Asks it to end, as the system does; resolves with the exit code. */
  stop(signal: 'SIGTERM' | 'SIGINT'): Promise<number | null>
}

function parseLine(text: string): LogLine | undefined {
  const parsed = text.startsWith('{') ? lineSchema.safeParse(JSON.parse(text)) : undefined
  return parsed?.success === true ? parsed.data : undefined
}

export function startOperatedNode(home: string): OperatedNode {
  const child = spawn(process.execPath, [SOTTO_PROGRAM, 'node', 'run', '--home', home], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: LogLine[] = []
  const news = new EventEmitter()
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = parseLine(text)
    if (line === undefined) return
    lines.push(line)
    news.emit('line', line)
  })
  const exited = once(child, 'exit')
  // Whoever waits for a line of a node that has ended would wait for ever.
  const gone = new AbortController()
  void exited.then(() => gone.abort(new Error('the node has ended')))
  return {
    pid: child.pid ?? 0,
    async findLine(event, accepts = () => true) {
      const later = on(news, 'line', { signal: gone.signal })
      for (const line of lines) if (line.event === event && (await accepts(line))) return line
      for await (const [line] of later as AsyncIterable<[LogLine]>) {
        if (line.event === event && (await accepts(line))) return line
      }
      throw new Error(`no line ${event}`)
    },
    async stop(signal) {
      child.kill(signal)
      await exited
      return child.exitCode
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
