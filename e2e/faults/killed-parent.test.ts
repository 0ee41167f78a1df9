/**
 * Nodes do not outlive the program that started them, however it ends.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { isStateFree, logFileOf } from '@sotto/devnet/state-directory'
import { expect, it } from 'vitest'
import { pipeLog } from '../cluster/end-of-processes.ts'
import { createScratch } from '../cluster/scratch.ts'

const PARENT = fileURLToPath(new URL('../cluster/parent-program.ts', import.meta.url))
const NODES = 3

it('leaves no process behind when the program that owns the network is killed', async () => {
  await using scratch = await createScratch()
  const stateDir = scratch.at('net')
  using resources = new DisposableStack()
  const logs = await Promise.all(
    Array.from({ length: NODES }, (_, index) => pipeLog(logFileOf(stateDir, `node-0${index + 1}`))),
  )
  for (const log of logs) resources.use(log)
  const options = JSON.stringify({ nodes: NODES, seed: 'orphans', stateDir })
  const parent = spawn(process.execPath, [PARENT, options], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  resources.defer(() => parent.kill('SIGKILL'))
  const first = await Promise.race([once(parent, 'message'), once(parent, 'exit')])
  expect(first[0]).toMatchObject({ ready: true })
  parent.kill('SIGKILL')
  await Promise.all(logs.map((log) => log.ended))
  expect(await isStateFree(stateDir)).toBe(true)
})
