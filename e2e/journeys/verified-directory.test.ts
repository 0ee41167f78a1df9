/**
 * Who the nodes are, only the network's authorities say: a client that is given a forged or an old list refuses it, and goes on with whoever
 * is honest.
 */

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Network, startNetwork } from '@sotto/devnet/network'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type Person, createPerson } from '../cluster/person.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'
import { runSottoJson } from '../cluster/run-sotto.ts'

const networkSchema = z.looseObject({ joining: z.looseObject({ seeds: z.array(z.string()) }) })
const pathSchema = z.object({
  directory: z.object({ epoch: z.int(), signatures: z.int(), freshness: z.string() }),
})

interface Liar extends AsyncDisposable {
  readonly url: string
}

/** Answers whatever is asked with these bytes. */
async function startLiar(body: string | Uint8Array): Promise<Liar> {
  const server = createServer((_, response) => response.end(body))
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => {
        server.close(resolve)
      })
    },
  }
}

describe('the list of nodes', () => {
  let network: Network
  let scratch: Scratch
  let bob: Person
  let document: Uint8Array
  let introspection: z.infer<typeof networkSchema>

  beforeAll(async () => {
    scratch = await createScratch()
    network = await startNetwork({ nodes: 7, seed: 'verified', driver: 'child-process' })
    const answer: unknown = await (await fetch(network.introspect)).json()
    introspection = networkSchema.parse(answer)
    const [seed] = introspection.joining.seeds
    document = new Uint8Array(await (await fetch(`${seed}/directory/v1/epoch`)).arrayBuffer())
    bob = await createPerson(scratch.at('bob'), network.introspect)
  })
  afterAll(async () => {
    await network[Symbol.asyncDispose]()
    await scratch[Symbol.asyncDispose]()
  })

  /** The network, but whoever is asked for the directory is one of these. */
  function describeNetwork(seeds: readonly string[]): string {
    const { joining } = introspection
    return JSON.stringify({ ...introspection, joining: { ...joining, seeds } })
  }

  function flip(bytes: Uint8Array): Uint8Array {
    const middle = bytes.length >> 1
    return bytes.with(middle, (bytes[middle] ?? 0) ^ 1)
  }

  it('is signed, and the client says by how many', async () => {
    const home = ['--home', scratch.at('bob'), '--network', network.introspect]
    const { directory } = pathSchema.parse(await runSottoJson(['path', ...home]))
    expect(directory).toMatchObject({ signatures: 3, freshness: 'fresh' })
  })

  it('is refused when it was altered, with a reason, and nothing is sent', async () => {
    await using liar = await startLiar(flip(document))
    await using place = await startLiar(describeNetwork([liar.url]))
    const alice = await createPerson(scratch.at('refusing'), place.url)
    const run = await alice.trySend(bob.accountId, 'never sent')
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('not signed by the authorities')
    expect((await bob.read()).map(({ text }) => text)).not.toContain('never sent')
  })

  it('of one honest node is enough beside a liar and somebody who is gone', async () => {
    await using liar = await startLiar(flip(document))
    const [honest] = introspection.joining.seeds
    const seeds = [liar.url, 'http://127.0.0.1:1', honest ?? '']
    await using place = await startLiar(describeNetwork(seeds))
    const alice = await createPerson(scratch.at('careful'), place.url)
    await alice.send(bob.accountId, 'verified ✉️')
    expect((await bob.read()).map(({ text }) => text)).toContain('verified ✉️')
  })
})
