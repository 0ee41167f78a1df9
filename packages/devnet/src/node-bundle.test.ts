/** What the bundled programs are made of, and that they run. */
import { readFile, readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Network, startNetwork } from './network.ts'
import { type NodeProgram, openNodeBundle } from './node-bundle.ts'

const BUILD_AND_RUN_MS = 60_000

async function readBundle(program: NodeProgram): Promise<string> {
  const directory = dirname(await openNodeBundle(program))
  const files = await readdir(directory)
  const texts = await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))
  return texts.join('\n')
}

/** Names that only the code has which makes things go wrong. */
const CHAOS = ['ChaoticNetwork', 'ControllableClock', 'isDiskFull', 'SOTTO_CONDITIONS_FILE']

describe('the bundled programs', () => {
  it(
    'are two: nothing that breaks a node is in the one for production',
    async () => {
      const [production, chaotic] = await Promise.all([
        readBundle('production'),
        readBundle('chaotic'),
      ])
      expect(CHAOS.filter((name) => !chaotic.includes(name))).toEqual([])
      expect(CHAOS.filter((name) => production.includes(name))).toEqual([])
      expect(production).toContain('SOTTO_DATA_DIR')
    },
    BUILD_AND_RUN_MS,
  )

  it.each(['production', 'chaotic'] as const)(
    'load no schema library, whose memory every node would pay for: %s',
    async (program) => {
      expect(await readBundle(program)).not.toContain('ZodObject')
    },
    BUILD_AND_RUN_MS,
  )
})

describe('child processes', () => {
  it(
    'take conditions while they run',
    async () => {
      await using network = await startNetwork({ nodes: 2, seed: 'bundled' })
      await network.obey({ action: 'lag', nodes: ['all'], ms: 1, jitterMs: 0 })
      await network.obey({ action: 'pause', nodes: ['1'] })
      await network.obey({ action: 'time', mode: 'freeze' })
      await network.obey({ action: 'resume', nodes: ['1'] })
      expect(network.nodes.map(({ state }) => state)).toEqual(['ready', 'ready'])
      const infos = await Promise.all([askTime(network, 0), askTime(network, 1)])
      expect(infos).toEqual([network.now(), network.now()])
    },
    BUILD_AND_RUN_MS,
  )

  it(
    'of the production program serve, and refuse to be broken',
    async () => {
      const driver = 'production-process'
      await using network = await startNetwork({ nodes: 1, seed: 'bundled', driver })
      const order = network.obey({ action: 'lag', nodes: ['1'], ms: 1, jitterMs: 0 })
      await expect(order).rejects.toThrow(/production program/u)
      expect(await askTime(network, 0)).toBeGreaterThan(0)
    },
    BUILD_AND_RUN_MS,
  )
})

async function askTime(network: Network, index: number): Promise<unknown> {
  const port = network.nodes[index]?.ports.web
  const body = JSON.stringify({ method: 'info', params: {} })
  const url = `http://127.0.0.1:${port}/storage_rpc/v1`
  const answer: unknown = await (await fetch(url, { method: 'POST', body })).json()
  return typeof answer === 'object' && answer !== null && 't' in answer ? answer.t : answer
}
