/**
 * Some of the scenario files beside this on containers: the same files, with kills, restarts and pulled cables by the engine, each
 * node with a file system and an address of its own.
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { NodeTransport } from '@sotto/client-node/transport'
import { type ScenarioReport, runScenario } from '@sotto/devnet/scenario'
import { parseScenario } from '@sotto/devnet/scenario-file'
import { type TestContext, afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PauseBy, createContainerDriver } from '../cluster/container-driver.ts'
import { findContainerEngine } from '../cluster/container-engine.ts'
import { type NodeImage, buildNodeImage } from '../cluster/node-image.ts'

/** Beyond the limits of the files. */
const RUN_MS = 360_000
/** On a busy machine an epoch may be over too soon. A second attempt has a network of its own, and `pnpm test` names it. */
const ATTEMPTS = { timeout: RUN_MS, retry: 1 }

/**
 * Rows of the table of faults, each with what is real about it here that a child process does not have. These promise something within
 * two or three epochs, and have the machine for themselves.
 */
const PROMPT = [
  ['killed-replicas', 'SIGKILL by the engine, started again with their own disks'],
  ['flapping-node', 'the same, again and again'],
  ['liar-found', 'audits across addresses'],
] as const

/** These wait for much of their time, and share it. */
const PATIENT = [
  ['rolling-restart', 'stopped in order by the engine, all of them'],
  ['partition-halves', 'halves that do not hear each other, each node with an address of its own'],
] as const

const engine = await findContainerEngine()
const outcome = engine.reachable
  ? `with ${engine.detail}`
  : `SKIPPED, no container engine is reachable: ${engine.detail}`

describe.runIf(engine.reachable)(`on containers, ${outcome}:`, () => {
  let image: NodeImage
  beforeAll(async () => {
    image = await buildNodeImage('chaotic')
  })
  afterAll(() => image[Symbol.asyncDispose]())

  async function run(
    name: string,
    pauseBy: PauseBy,
    { onTestFinished }: TestContext,
  ): Promise<ScenarioReport> {
    const path = fileURLToPath(new URL(`./scenarios/${name}.scenario`, import.meta.url))
    const scenario = parseScenario(await readFile(path, 'utf8'))
    if (!scenario.ok) throw new Error(`${name} is no scenario`)
    const driver = await createContainerDriver(image, { pauseBy })
    // Also when the time is over: the next attempt finds nothing of this one.
    onTestFinished(() => driver[Symbol.asyncDispose]())
    const createTransport = (): NodeTransport => new NodeTransport()
    return runScenario(scenario.value, { createTransport, driver })
  }

  function judge(report: ScenarioReport): void {
    // The steps that failed say themselves what they found.
    const failed = report.steps.filter(({ passed }) => !passed)
    expect(failed, JSON.stringify(failed)).toEqual([])
    expect(report).toMatchObject({ passed: true })
    expect(report.writes?.acknowledged).toBeGreaterThan(0)
  }

  it.for(PROMPT)('%s passes: %s', ATTEMPTS, async ([name], context) => {
    judge(await run(name, 'freezer', context))
  })

  it.concurrent.for(PATIENT)('%s passes: %s', ATTEMPTS, async ([name], context) => {
    judge(await run(name, 'freezer', context))
  })

  it.concurrent(
    'hanging-member passes when the cable is pulled instead',
    ATTEMPTS,
    async (context) => {
      judge(await run('hanging-member', 'cable', context))
    },
  )
})
