/**
 * The program of a node in a local network: the node itself, put together with a clock, a network and a store that can be
 * made to fail (ADR 0012). The production program is `main.ts` of `apps/node` and has none of this.
 *
 * Its conditions are in a file. It reads them before the node starts, and again when its parent says so over IPC or, where
 * there is no such channel, on SIGUSR2; then it says that they hold, in both ways too.
 *
 * @module
 */

import { readFileSync } from 'node:fs'
import { runNode } from '@sotto/node/run'
import { readConditionsPath } from '../config.ts'
import { createChaos } from './chaos.ts'
import { decodeConditions } from './node-conditions.ts'

const chaos = createChaos()

function readConditions(): void {
  const path = readConditionsPath()
  if (path !== '') chaos.impose(decodeConditions(readFileSync(path, 'utf8')))
}

function changeConditions(): void {
  readConditions()
  process.stdout.write('{"event":"conditions_changed"}\n')
  process.send?.({ type: 'conditioned' })
}

readConditions()
process.on('SIGUSR2', changeConditions)
process.on('message', (message: { type?: unknown }) => {
  if (message.type === 'conditions') changeConditions()
})

process.once('SIGTERM', () => chaos.letTimeRun())
process.once('disconnect', () => chaos.letTimeRun())

process.exitCode = await runNode(chaos.overrides)
if (process.connected) process.disconnect()
