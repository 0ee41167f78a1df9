/**
 * Some of the scenario files beside this on containers: the same files, with kills, restarts and pulled cables by the engine, each
 * node with a file system and an address of its own.
 */

import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { NodeTransport } from '@sotto/client-node/transport'
import { type ScenarioReport, runScenario } from '@sotto/devnet/scenario'
import { parseScenario } from '@sotto/devnet/scenario-file'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type PauseBy, createContainerDriver } from '../cluster/container-driver.ts'
import { findContainerEngine } from '../cluster/container-engine.ts'
import { type NodeImage, buildNodeImage } from '../cluster/node-image.ts'

/** Beyond the limits of the files. */
const RUN_MS = 360_000

/** Rows of the table of faults, each with what is real about it here that a child process does not have. */
const CHOSEN = [
  ['killed-replicas', 'SIGKILL by the engine, started again with their own disks'],
  ['flapping-node', 'the same, again and again'],
  ['rolling-restart', 'stopped in order by the engine, all of them'],
  ['partition-halves', 'halves that do not hear each other, each node with an address of its own'],
  ['liar-found', 'audits across addresses'],
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

  async function run(name: string, pauseBy: PauseBy): Promise<ScenarioReport> {
    const path = fileURLToPath(new URL(`./scenarios/${name}.scenario`, import.meta.url))
    const scenario = parseScenario(await readFile(path, 'utf8'))
    if (!scenario.ok) throw new Error(`${name} is no scenario`)
    await using driver = await createContainerDriver(image, { pauseBy })
    const createTransport = (): NodeTransport => new NodeTransport()
    return await runScenario(scenario.value, { createTransport, driver })
  }

  function judge(report: ScenarioReport): void {
    // The steps that failed say themselves what they found.
    expect(report.steps.filter(({ passed }) => !passed)).toEqual([])
    expect(report).toMatchObject({ passed: true })
    expect(report.writes?.acknowledged).toBeGreaterThan(0)
  }

  it.each(CHOSEN)(
    '%s passes: %s',
    async (name) => {
      judge(await run(name, 'freezer'))
    },
    RUN_MS,
  )

  it(
    'hanging-member passes when the cable is pulled instead',
    async () => {
      judge(await run('hanging-member', 'cable'))
    },
    RUN_MS,
  )
})
