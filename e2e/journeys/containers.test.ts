/**
 * The same journey with each node in a container, from one image that is built without a registry.
 */

import { startNetwork } from '@sotto/devnet/network'
import { describe, expect, it } from 'vitest'
import { createContainerDriver } from '../cluster/container-driver.ts'
import { findContainerEngine } from '../cluster/container-engine.ts'
import { buildNodeImage } from '../cluster/node-image.ts'
import { createPerson } from '../cluster/person.ts'
import { createScratch } from '../cluster/scratch.ts'

const NODES = 12
const BUILD_AND_RUN_MS = 300_000

const engine = await findContainerEngine()

// The report names a run that cannot happen here, with its reason; it never just goes missing.
const outcome = engine.reachable
  ? `with ${engine.detail}`
  : `SKIPPED, no container engine is reachable: ${engine.detail}`

describe('the container run', () => {
  it(`has an engine wherever one was promised (SOTTO_REQUIRE_CONTAINERS); ${outcome}`, () => {
    if (!engine.reachable) process.stderr.write(`container run: ${outcome}\n`)
    expect(engine.reachable || !engine.required).toBe(true)
  })
})

describe.runIf(engine.reachable)(`a network of containers, ${outcome}:`, () => {
  it(
    'carries a message from one home to another, with two nodes of the swarm killed',
    async () => {
      await using scratch = await createScratch()
      await using image = await buildNodeImage()
      await using driver = await createContainerDriver(image)
      await using network = await startNetwork({ nodes: NODES, seed: 'containers', driver })
      expect(new Set(network.nodes.map(({ host }) => host)).size).toBe(NODES)
      const alice = await createPerson(scratch.at('alice'), network.introspect)
      const bob = await createPerson(scratch.at('bob'), network.introspect)
      await alice.send(bob.accountId, 'from container to container ✉️')
      const victims = network.swarmOf(bob.accountId).slice(0, 2)
      await Promise.all(victims.map(({ name }) => network.kill(name)))
      await alice.send(bob.accountId, 'and with two of them gone')
      expect((await bob.read()).map(({ text }) => text)).toEqual([
        'from container to container ✉️',
        'and with two of them gone',
      ])
    },
    BUILD_AND_RUN_MS,
  )

  it(
    'is broken and mended like any other, when it runs the program for that',
    async () => {
      await using image = await buildNodeImage('chaotic')
      await using driver = await createContainerDriver(image)
      await using network = await startNetwork({ nodes: 3, seed: 'broken-containers', driver })
      await network.obey({ action: 'lie', nodes: ['2'], on: true })
      await network.obey({ action: 'time', mode: 'freeze' })
      const frozen = network.nodes.map(({ host, ports }) => askTime(`http://${host}:${ports.web}`))
      expect(await Promise.all(frozen)).toEqual(Array(3).fill(network.now()))
      await network.obey({ action: 'time', mode: 'now' })
      await network.obey({ action: 'pause', nodes: ['1'] })
      expect(network.nodes[0]).toMatchObject({ state: 'paused' })
      await network.obey({ action: 'join' })
      await network.obey({ action: 'resume', nodes: ['1'] })
      expect(network.nodes.map(({ state }) => state)).toEqual(Array(4).fill('ready'))
    },
    BUILD_AND_RUN_MS,
  )
})

async function askTime(url: string): Promise<unknown> {
  const body = JSON.stringify({ method: 'info', params: {} })
  const answer: unknown = await (
    await fetch(`${url}/storage_rpc/v1`, { method: 'POST', body })
  ).json()
  return typeof answer === 'object' && answer !== null && 't' in answer ? answer.t : answer
}
