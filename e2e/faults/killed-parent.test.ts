/**
 * Nodes do not outlive the program that started them, however it ends.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseIntrospection } from '@sotto/devnet/introspection'
import { isStateFree, logFileOf } from '@sotto/devnet/state-directory'
import { describe, expect, it } from 'vitest'
import { pipeLog } from '../cluster/end-of-processes.ts'
import { createScratch } from '../cluster/scratch.ts'

const PARENT = fileURLToPath(new URL('../cluster/parent-program.ts', import.meta.url))
const NODES = 3

/** Starts the program, does something to its network, kills it, and waits for the end of all nodes. */
async function killParent(seed: string, before: (introspect: string) => Promise<void>) {
  await using scratch = await createScratch()
  const stateDir = scratch.at('net')
  using resources = new DisposableStack()
  const logs = await Promise.all(
    Array.from({ length: NODES }, (_, index) => pipeLog(logFileOf(stateDir, `node-0${index + 1}`))),
  )
  for (const log of logs) resources.use(log)
  const options = JSON.stringify({ nodes: NODES, seed, stateDir })
  const parent = spawn(process.execPath, [PARENT, options], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  resources.defer(() => parent.kill('SIGKILL'))
  const first = await Promise.race([once(parent, 'message'), once(parent, 'exit')])
  const network = parseIntrospection(first[0])
  expect(network).toMatchObject({ ready: true })
  await before(network?.introspect ?? '')
  parent.kill('SIGKILL')
  await Promise.all(logs.map((log) => log.ended))
  expect(await isStateFree(stateDir)).toBe(true)
}

describe('a program that owns a network and is killed', () => {
  it('leaves no process behind', async () => {
    await killParent('orphans', () => Promise.resolve())
  })

  it('leaves no paused process behind, which would notice nothing by itself', async () => {
    await killParent('paused-orphans', async (introspect) => {
      const answer = await fetch(`${introspect}/chaos`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ action: 'pause', nodes: ['1', '3'] }),
      })
      expect(answer.status).toBe(200)
    })
  })
})
