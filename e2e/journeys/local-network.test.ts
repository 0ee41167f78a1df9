/**
 * A newcomer's first minutes: `sotto net` from a terminal, and what it says when something is in the way.
 */

import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { createServer } from 'node:net'
import { parseIntrospection } from '@sotto/devnet/introspection'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSotto, runSottoJson } from '../cluster/run-sotto.ts'
import { type Scratch, createScratch } from '../cluster/scratch.ts'

const NODES = 5

let scratch: Scratch
let environment: Record<string, string>

beforeAll(async () => {
  scratch = await createScratch()
  environment = { SOTTO_STATE: scratch.at('net') }
})
afterAll(async () => {
  await runSotto(['net', 'down'], environment)
  await scratch[Symbol.asyncDispose]()
})

const UP = ['net', 'up', '--nodes', String(NODES), '--base-port', '0', '--seed', 'newcomer']

describe('before the first start', () => {
  it('says that no network runs and how to start one', async () => {
    const run = await runSotto(['net', 'status'], environment)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/^No network runs on .*sotto net up/u)
  })

  it('says the same as a document', async () => {
    const run = await runSotto(['net', 'status', '--json'], environment)
    expect(run.code).toBe(1)
    expect(`${run.stdout}${run.stderr}`).toContain('"code":"not_running"')
  })

  it('has nothing to stop and nothing to reset, and that is no failure', async () => {
    expect(await runSottoJson(['net', 'down'], environment)).toEqual({ stopped: false })
    expect((await runSotto(['net', 'reset'], environment)).code).toBe(0)
  })
})

describe('a detached network', () => {
  it('is ready when the command returns, and the command says what runs', async () => {
    const started = parseIntrospection(await runSottoJson([...UP, '--detach'], environment))
    expect(started).toMatchObject({ ready: true, name: 'newcomer' })
    expect(started?.nodes.map(({ state }) => state)).toEqual(Array(NODES).fill('ready'))
    expect(parseIntrospection(await runSottoJson(['net', 'status'], environment))).toEqual(started)
    const place = started?.introspect ?? ''
    const elsewhere = { SOTTO_STATE: scratch.at('elsewhere') }
    const named = await runSottoJson(['net', 'status', '--network', place], elsewhere)
    expect(parseIntrospection(named)).toEqual(started)
    const served: unknown = await (await fetch(place)).json()
    expect(parseIntrospection(served)).toEqual(started)
  })

  it('is refused a second time on the same state, in one sentence', async () => {
    const run = await runSotto(UP, environment)
    expect(run.code).toBe(1)
    expect(run.stderr).toMatch(/^A network already runs on .*sotto net down.*\n$/u)
  })

  it('does not let its state be deleted', async () => {
    const run = await runSotto(['net', 'reset'], environment)
    expect(run.code).toBe(1)
    expect(run.stderr).toContain('already runs')
  })

  it('shows the log of one node, and which there are when the name is wrong', async () => {
    const shown = await runSotto(['net', 'logs', 'node-01'], environment)
    expect(shown.code).toBe(0)
    expect(shown.stdout.length).toBeGreaterThan(0)
    const wrong = await runSotto(['net', 'logs', 'node-77'], environment)
    expect(wrong.code).toBe(1)
    expect(wrong.stderr).toContain('node-01')
  })

  it('is gone after down, and reset leaves nothing', async () => {
    expect(await runSottoJson(['net', 'down'], environment)).toEqual({ stopped: true })
    expect((await runSotto(['net', 'status'], environment)).code).toBe(1)
    expect((await runSotto(['net', 'reset'], environment)).code).toBe(0)
    expect(await readdir(scratch.path)).not.toContain('net')
  })
})

describe('what is in the way', () => {
  it('is named when it is a port that another program holds', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const args = ['net', 'up', '--nodes', '1', '--base-port', String(port)]
    for (const flags of [[], ['--detach']]) {
      const run = await runSotto([...args, ...flags], environment)
      expect(run.code).toBe(1)
      expect(run.stderr).toMatch(new RegExp(`^Port ${port} .*--base-port.*\\n$`, 'u'))
    }
    other.close()
  })

  it.each([['--nodes', 'many'], ['--base-port', '-1'], ['--unknown']])(
    'is wrong usage with exit code 2: %s %s',
    async (...flags) => {
      expect((await runSotto(['net', 'up', ...flags], environment)).code).toBe(2)
    },
  )

  it('is found by the doctor', async () => {
    const run = await runSotto(['net', 'doctor', '--base-port', '0'], environment)
    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(run.stdout).toContain('Nothing stands in the way')
  })
})
