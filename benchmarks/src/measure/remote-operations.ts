/**
 * Operations that another process measures, one at a time and when it is asked, so that candidates which need processes of their own,
 * for their conditions or their libraries, still take turns inside a round.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** By name; each measures for a while and gives figures by name. */
export type Operations = Readonly<Record<string, () => Figures | Promise<Figures>>>
export type Figures = Readonly<Record<string, number>>

export interface RemoteOperations extends AsyncDisposable {
  run(name: string): Promise<Figures>
}

interface Answer {
  readonly figures?: Figures
  readonly failure?: string
}

/** In the process that measures. Says that it is ready once what it needs was made. */
export function serveOperations(operations: Operations): void {
  process.on('message', (name: string) => {
    void answer(operations[name]).then((given) => process.send?.(given))
  })
  process.send?.({})
}

async function answer(operation: Operations[string] | undefined): Promise<Answer> {
  try {
    return { figures: (await operation?.()) ?? {} }
  } catch (error) {
    return { failure: String(error) }
  }
}

async function receive(child: ChildProcess): Promise<Answer> {
  const ended = new AbortController()
  const exit = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('the measuring process ended')
  })
  try {
    const message: unknown[] = await Promise.race([once(child, 'message'), exit])
    return message[0] as Answer
  } finally {
    ended.abort()
    exit.catch(() => undefined)
  }
}

export async function startOperations(
  file: URL,
  execArgv: readonly string[] = [],
): Promise<RemoteOperations> {
  const child = fork(file, { execArgv: [...execArgv] })
  await receive(child)
  return {
    async run(name) {
      child.send(name)
      const { figures, failure } = await receive(child)
      if (figures === undefined) throw new Error(failure ?? 'no answer')
      return figures
    },
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

const MS_PER_SECOND = 1000
const BATCH = 4

/** Processor time of this process, all of its threads: what else the machine does is not in it. */
export function readProcessorMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

/** Calls in a second of processor time, over a slice of it. */
export function measureRate(operation: () => unknown, sliceMs: number): number {
  const startedAt = readProcessorMs()
  let [count, elapsedMs] = [0, 0]
  while (elapsedMs < sliceMs) {
    for (let index = 0; index < BATCH; index++) operation()
    count += BATCH
    elapsedMs = readProcessorMs() - startedAt
  }
  return (count * MS_PER_SECOND) / elapsedMs
}
