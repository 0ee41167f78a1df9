/**
 * Starts the network in a process of its own that outlives this command and its terminal.
 *
 * @module
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DevnetError, isDevnetErrorCode } from '@sotto/devnet/errors'
import { logFileOf } from '@sotto/devnet/state-directory'
import {
  type SupervisorOptions,
  type SupervisorReport,
  supervisorReportSchema,
} from './supervisor-options.ts'

/** Name of the supervisor's own log, beside those of the nodes. */
const SUPERVISOR_LOG = 'supervisor'

async function spawnSupervisor(options: SupervisorOptions, logFile: string): Promise<ChildProcess> {
  await mkdir(dirname(logFile), { recursive: true })
  const log = await open(logFile, 'a')
  try {
    const program = fileURLToPath(new URL('./supervisor-main.ts', import.meta.url))
    return spawn(process.execPath, [program, JSON.stringify(options)], {
      detached: true,
      stdio: ['ignore', log.fd, log.fd, 'ipc'],
    })
  } finally {
    await log.close()
  }
}

function awaitReport(supervisor: ChildProcess, logFile: string): Promise<SupervisorReport> {
  const { promise, resolve } = Promise.withResolvers<SupervisorReport>()
  const fail = (): void => {
    resolve({
      type: 'failed',
      code: 'node_failed',
      message: `The network ended while it was starting; see ${logFile}.`,
    })
  }
  supervisor.once('message', (message) => {
    const report = supervisorReportSchema.safeParse(message)
    if (report.success) resolve(report.data)
    else fail()
  })
  supervisor.once('exit', fail)
  supervisor.once('error', fail)
  return promise
}

/** Resolves when the detached network is ready; throws a `DevnetError` with its reason when it is not going to be. */
export async function startDetached(options: SupervisorOptions): Promise<void> {
  const logFile = logFileOf(options.stateDir, SUPERVISOR_LOG)
  const supervisor = await spawnSupervisor(options, logFile)
  const report = await awaitReport(supervisor, logFile)
  if (supervisor.connected) supervisor.disconnect()
  supervisor.unref()
  if (report.type === 'ready') return
  throw new DevnetError(
    isDevnetErrorCode(report.code) ? report.code : 'node_failed',
    report.message,
  )
}
