/**
 * Runs each node as a child process of this one, with its output in a log file.
 *
 * A child leads its own process group, so that Ctrl-C reaches the supervisor alone, which then stops the nodes in
 * order. It does not outlive the supervisor all the same: the IPC channel closes with the parent,
 * however the parent ends, and the node takes that as its order to stop.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { open, readFile } from 'node:fs/promises'
import { readEnvironment } from './config.ts'
import { DevnetError } from './errors.ts'
import type { DrivenNode, NodeDriver, NodePlan } from './node-driver.ts'
import { writeNodeEnvironment } from './node-environment.ts'
import { type NodeProgram, openNodeBundle } from './node-bundle.ts'
import {
  CONDITIONS_MESSAGE,
  DRAIN_MESSAGE,
  MEASURE_MESSAGE,
  type NodeMessage,
  RELOAD_MESSAGE,
  parseNodeMessage,
} from './node-messages.ts'
import { type PausedProcess, pauseProcess } from './paused-process.ts'

const STOP_DEADLINE_MS = 10_000
const STAGE_DEADLINE_MS = 60_000

export interface ChildProcessOptions {
  /** The program that a child runs, bundled; `chaotic` unless it is to be measured. */
  readonly program?: NodeProgram
  /** A file to run instead, for a test that plays the node. */
  readonly main?: string
}

async function spawnNode(main: string, plan: NodePlan): Promise<ChildProcess> {
  const log = await open(plan.logFile, 'a')
  try {
    return spawn(process.execPath, [main], {
      detached: true,
      env: { ...readEnvironment(), ...writeNodeEnvironment(plan) },
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    })
  } finally {
    await log.close()
  }
}

// The line that says why: the last one that names an error, or else the last one.
async function readLastWords(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const telling = lines.findLast((line) => /error/iu.test(line)) ?? lines.at(-1)
  return telling === undefined ? 'it said nothing' : `it said: ${telling.trim()}`
}

interface Child {
  readonly process: ChildProcess
  readonly plan: NodePlan
  readonly ended: Promise<void>
}

// Resolves with the next message of this type; rejects when the child ends or stays silent instead.
function receiveMessage<T extends NodeMessage['type']>(
  child: Child,
  type: T,
): Promise<Extract<NodeMessage, { type: T }>> {
  const { promise, resolve, reject } = Promise.withResolvers<Extract<NodeMessage, { type: T }>>()
  const fail = async (what: string): Promise<void> => {
    const words = await readLastWords(child.plan.logFile)
    const message = `${child.plan.name} ${what} before it was ${type}; ${words}`
    reject(new DevnetError('node_failed', message))
  }
  const isAwaited = (message: NodeMessage): message is Extract<NodeMessage, { type: T }> =>
    message.type === type
  const receive = (received: unknown): void => {
    const message = parseNodeMessage(received)
    if (message !== undefined && isAwaited(message)) resolve(message)
  }
  const deadline = setTimeout(() => void fail('was silent too long'), STAGE_DEADLINE_MS)
  child.process.on('message', receive)
  void child.ended.then(() => fail('ended'))
  return promise.finally(() => {
    clearTimeout(deadline)
    child.process.off('message', receive)
  })
}

/** What the node is told before it answers with this message. */
function order<T extends NodeMessage['type']>(
  child: Child,
  message: object,
  answer: T,
): Promise<Extract<NodeMessage, { type: T }>> {
  const answered = receiveMessage(child, answer)
  child.process.send(message, () => undefined)
  return answered
}

async function stopChild(child: Child): Promise<void> {
  const deadline = setTimeout(() => child.process.kill('SIGKILL'), STOP_DEADLINE_MS)
  child.process.kill('SIGTERM')
  await child.ended
  clearTimeout(deadline)
}

function watchChild(process: ChildProcess, plan: NodePlan): Child {
  const ended = new Promise<void>((resolve) => {
    process.once('exit', () => resolve())
    process.on('error', () => resolve())
  })
  return { process, plan, ended }
}

function refuse(): Promise<never> {
  const message = 'The nodes run the production program, in which nothing can be broken.'
  return Promise.reject(new DevnetError('invalid_order', message))
}

function driveChild(
  child: Child,
  listening: Extract<NodeMessage, { type: 'listening' }>,
  isBreakable: boolean,
): DrivenNode {
  let paused: PausedProcess | undefined
  const resume = async (): Promise<void> => {
    await paused?.[Symbol.asyncDispose]()
    paused = undefined
  }
  return {
    host: child.plan.host,
    ports: listening.ports,
    pid: child.process.pid,
    ended: child.ended,
    async loadDirectory() {
      await order(child, RELOAD_MESSAGE, 'ready')
    },
    async drain() {
      child.process.send(DRAIN_MESSAGE)
    },
    async impose() {
      await (isBreakable ? order(child, CONDITIONS_MESSAGE, 'conditioned') : refuse())
    },
    measureMoved: async () => (await order(child, MEASURE_MESSAGE, 'measured')).movedBytes,
    async pause() {
      if (child.process.pid !== undefined) paused ??= await pauseProcess(child.process.pid)
    },
    resume,
    async stop() {
      await resume()
      await stopChild(child)
    },
    async kill() {
      child.process.kill('SIGKILL')
      await child.ended
      await resume()
    },
  }
}

/** Nodes as child processes; the default of the local network. */
export function createChildProcessDriver(options: ChildProcessOptions = {}): NodeDriver {
  // Once for all nodes: they start together.
  let program: Promise<string> | undefined
  const isBreakable = options.program !== 'production'
  return {
    async startNode(plan) {
      program ??=
        options.main === undefined
          ? openNodeBundle(options.program ?? 'chaotic')
          : Promise.resolve(options.main)
      const child = watchChild(await spawnNode(await program, plan), plan)
      try {
        return driveChild(child, await receiveMessage(child, 'listening'), isBreakable)
      } catch (error) {
        await stopChild(child)
        throw error
      }
    },
  }
}
