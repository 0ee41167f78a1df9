/** What a node does with calls that it accepts, and what it takes at most (TM-N4). */

import { once } from 'node:events'
import { connect } from 'node:net'
import { createTRPCClient, httpLink } from '@trpc/client'
import { encodeHex } from '@sotto/crypto/bytes'
import { describe, expect, it } from 'vitest'
import type { OperatorRouter } from '../../src/operator/operator-router.ts'
import { SILENT_EVENTS } from '../network/test-nodes.ts'
import { type OperatedNode, startOperated, TOKEN } from './operator-fixture.ts'

const CONNECTIONS_MAX = 16
const JSON_TYPE = { 'content-type': 'application/json' }

function createClient({ port }: OperatedNode) {
  const headers = { authorization: `Bearer ${TOKEN}` }
  return createTRPCClient<OperatorRouter>({
    links: [httpLink({ url: `http://127.0.0.1:${port}/trpc`, headers })],
  })
}

describe('a call of the operator API', () => {
  it('reaches every method by the types that the node exports', async () => {
    await using operated = await startOperated({ count: 3 })
    const client = createClient(operated)
    expect((await client.status.query()).node).toBe(encodeHex(operated.node.record.ed25519))
    expect((await client.swarm.query()).members).toHaveLength(2)
    expect(await client.health.query()).toMatchObject({ testsFailed: 0, auditsFailed: 0 })
    expect((await client.observations.query()).aboutThisNode).toEqual([])
    expect((await client.storage.query()).freeBytes).toBeGreaterThan(0)
    expect((await client.directory.query()).authorities).toBe(1)
  })

  it('asks the network to let the node go, once and for all', async () => {
    await using operated = await startOperated()
    const client = createClient(operated)
    expect((await client.status.query()).drain.isDraining).toBe(false)
    for (let time = 0; time < 2; time += 1) {
      expect(await client.drain.mutate()).toMatchObject({ isDraining: true, isDrained: false })
    }
    expect((await client.status.query()).drain.isDraining).toBe(true)
    const metrics = await operated.send({ path: '/metrics' })
    expect(metrics.text).toContain('\nnode_draining 1\n')
  })

  it('ignores an input, however it looks', async () => {
    await using operated = await startOperated()
    for (const input of ['{', '"x"', '{"json":{"a":[1]}}', encodeURIComponent('{"a":1}')]) {
      const reply = await operated.send({ path: `/trpc/health?input=${encodeURIComponent(input)}` })
      expect([200, 400]).toContain(reply.status)
    }
    const body = '{"isDraining":'
    const broken = { path: '/trpc/drain', method: 'POST', headers: JSON_TYPE, body }
    expect((await operated.send(broken)).status).toBeLessThan(500)
  })

  it('says of a failure inside only that there was one, and tells the log', async () => {
    const mistakes: unknown[] = []
    await using operated = await startOperated({
      overrides: {
        events: { ...SILENT_EVENTS, mistake: (error) => void mistakes.push(error) },
        wrapRecords: (records) =>
          new Proxy(records, {
            get: (target, name) => {
              if (name === 'summarize') throw new Error('secret words of the database')
              const member: unknown = Reflect.get(target, name)
              if (typeof member !== 'function') return member
              return (...args: unknown[]): unknown => Reflect.apply(member, target, args)
            },
          }),
      },
    })
    for (const path of ['/trpc/storage', '/metrics']) {
      const reply = await operated.send({ path })
      expect(reply.status).toBe(500)
      expect(reply.text).toContain('request failed')
      expect(reply.text).not.toContain('secret')
    }
    expect(mistakes.length).toBeGreaterThanOrEqual(2)
  })
})

describe('connections to the operator API', () => {
  it('are few: one too many is cut off, and the others go on', async () => {
    await using operated = await startOperated()
    const sockets = Array.from({ length: CONNECTIONS_MAX }, () =>
      connect(operated.port, '127.0.0.1'),
    )
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    const extra = connect(operated.port, '127.0.0.1')
    extra.on('error', () => undefined)
    await once(extra, 'close')
    expect(sockets.map(({ destroyed }) => destroyed)).not.toContain(true)
    for (const socket of sockets) socket.destroy()
    await Promise.all(sockets.map((socket) => once(socket, 'close')))
  })

  it('do not keep the node from ending', async () => {
    const operated = await startOperated()
    const idle = connect(operated.port, '127.0.0.1')
    idle.on('error', () => undefined)
    await once(idle, 'connect')
    const closed = once(idle, 'close')
    await operated[Symbol.asyncDispose]()
    await closed
    expect(idle.destroyed).toBe(true)
  })
})
