/**
 * The peer "bare swarm": what any Node program pays for a store that five processes answer for, before its first line of work.
 * One HTTPS exchange, eight TLS messages between processes and, if asked for, a durable row in each. It has no parsing, hashes,
 * signatures, limits or schema, so it is the practical limit of a replicated store in Node.
 *
 * @module
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const SWARM = 5

interface Member {
  readonly child: ChildProcess
  readonly https: number
  readonly link: number
}

export interface BareSwarms extends AsyncDisposable {
  /** The HTTPS ports of each swarm. */
  readonly swarms: readonly (readonly number[])[]
}

async function receive<Message>(child: ChildProcess): Promise<Message> {
  return new Promise((resolve) => {
    child.once('message', (message) => resolve(message as Message))
  })
}

async function startMember(file: string): Promise<Member> {
  const child = fork(new URL('./bare-member.ts', import.meta.url), [file])
  return { child, ...(await receive<{ https: number; link: number }>(child)) }
}

async function startSwarm(folder: string, isDurable: boolean): Promise<readonly Member[]> {
  const members: Member[] = []
  for (let index = 0; index < SWARM; index += 1) {
    members.push(await startMember(isDurable ? join(folder, `${index}.sqlite`) : ''))
  }
  for (const { child, link } of members) {
    const ready = receive(child)
    child.send(members.map((other) => other.link).filter((port) => port !== link))
    await ready
  }
  return members
}

export async function startBareSwarms(isDurable: boolean): Promise<BareSwarms> {
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'sotto-bare-')))
  const swarms = await Promise.all(folders.map((folder) => startSwarm(folder, isDurable)))
  return {
    swarms: swarms.map((members) => members.map(({ https }) => https)),
    async [Symbol.asyncDispose]() {
      const ended = swarms.flat().map(({ child }) => {
        child.kill()
        return once(child, 'exit')
      })
      await Promise.all(ended)
      for (const folder of folders) rmSync(folder, { recursive: true })
    },
  }
}
