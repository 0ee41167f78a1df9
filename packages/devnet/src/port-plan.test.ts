import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  assertPortRange,
  assertPortsFree,
  findTakenPorts,
  planFilesPort,
  planNodePorts,
  planPreviewPort,
} from './port-plan.ts'

async function occupyAnyPort(): Promise<AsyncDisposable & { port: number }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    async [Symbol.asyncDispose]() {
      server.close()
      await once(server, 'close')
    },
  }
}

describe('port plan', () => {
  it('gives each node three ports of its own after the base port', () => {
    expect(planNodePorts(22_100, 1)).toEqual({ https: 22_101, web: 22_102, peer: 22_103 })
    expect(planNodePorts(22_100, 2)).toEqual({ https: 22_104, web: 22_105, peer: 22_106 })
  })

  it('asks for any free port when the base port is 0', () => {
    expect(planNodePorts(0, 7)).toEqual({ https: 0, web: 0, peer: 0 })
  })

  it.each([
    [65_500, 12],
    [-1, 12],
    [1.5, 1],
  ])('refuses base port %d with %d nodes', (base, nodes) => {
    expect(() => assertPortRange(base, { nodes })).toThrow(/would need ports up to/u)
  })

  it('accepts the last range that fits', () => {
    expect(() => assertPortRange(65_535 - 36, { nodes: 12 })).not.toThrow()
  })

  it('gives roles ports before the base port, which no two of them share', () => {
    const numbers = Array.from({ length: 100 }, (_, index) => index + 1)
    const ports = numbers.flatMap((number) => [
      planFilesPort(22_100, number),
      planPreviewPort(22_100, number),
    ])
    expect(new Set(ports).size).toBe(200)
    expect(Math.max(...ports)).toBeLessThan(22_100)
    expect([planFilesPort(0, 3), planPreviewPort(0, 3)]).toEqual([0, 0])
  })

  it('refuses a base port with no room before it for the roles', () => {
    const needs = { nodes: 1, files: 2 }
    expect(() => assertPortRange(2, needs)).toThrow()
    expect(() => assertPortRange(3, needs)).not.toThrow()
    expect(() => assertPortRange(102, { ...needs, previews: 2 })).toThrow()
    expect(() => assertPortRange(103, { ...needs, previews: 2 })).not.toThrow()
  })

  it('looks at the ports of roles too', async () => {
    await using other = await occupyAnyPort()
    const needs = { nodes: 0, previews: 1 }
    expect(await findTakenPorts(other.port + 101, needs)).toContain(other.port)
  })

  it('names the port that another program holds', async () => {
    await using other = await occupyAnyPort()
    const base = other.port - 2
    expect(await findTakenPorts(base, { nodes: 1 })).toContain(other.port)
    await expect(assertPortsFree(base, { nodes: 1 })).rejects.toThrow(
      /in use by another program.*--base-port/u,
    )
  })

  it('waits for ports that are about to be released', async () => {
    const other = await occupyAnyPort()
    const free = assertPortsFree(other.port, { nodes: 0 }, 10_000)
    await other[Symbol.asyncDispose]()
    await free
  })

  it('looks at no port when the system chooses them', async () => {
    expect(await findTakenPorts(0, { nodes: 100 })).toEqual([])
  })
})
