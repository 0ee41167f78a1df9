/** Paths are built, chosen, counted and replaced (TM-G3). */
import { describe, expect, it } from 'vitest'
import { type PathParts, createPaths } from '../../../test/path-fixtures.ts'
import { SimulatedNetwork } from '../../../test/simulated-network.ts'
import { codeOf, unwrap } from '../../../test/simulated-person.ts'
import { MemoryStateStore } from '../../memory/index.ts'
import { CallTrace } from './call-trace.ts'
import type { PathNeed, PathSet } from './path-set.ts'
import { type Path, describePath, isOnPath } from './path.ts'

const RUNS = 60

async function take(
  network: SimulatedNetwork,
  { paths }: { readonly paths: PathSet },
  need: Partial<PathNeed> = {},
): Promise<Path> {
  return unwrap(await network.settle(paths.take({ trace: new CallTrace(), ...need })))
}

function idsOf({ nodes }: Path): readonly string[] {
  return nodes.map(({ id }) => id)
}

async function createSet(nodes = 12): Promise<{ network: SimulatedNetwork } & PathParts> {
  const network = new SimulatedNetwork({ nodes })
  return { network, ...(await createPaths(network)) }
}

describe('building paths', () => {
  it('gives three different nodes', async () => {
    const { network, ...parts } = await createSet()
    expect(new Set(idsOf(await take(network, parts))).size).toBe(3)
  })

  it('keeps two paths that share no node, so that one dead node cannot stop both', async () => {
    const { network, ...parts } = await createSet()
    await take(network, parts)
    const [first, second] = parts.paths.paths
    expect(parts.paths.paths).toHaveLength(2)
    expect(second && first && idsOf(second).some((id) => isOnPath(first, id))).toBe(false)
  })

  it('uses both paths, and no others, as long as they work', async () => {
    const { network, ...parts } = await createSet()
    const taken = new Set<Path>()
    for (let run = 0; run < RUNS; run++) taken.add(await take(network, parts))
    expect(taken).toEqual(new Set(parts.paths.paths))
  })

  it('builds two paths and not more for requests that begin together', async () => {
    const { network, ...parts } = await createSet()
    await Promise.all(Array.from({ length: 8 }, () => take(network, parts)))
    expect(parts.paths.paths).toHaveLength(2)
  })

  it('chooses other nodes behind the same guards in the next run', async () => {
    const network = new SimulatedNetwork({ nodes: 26 })
    const state = new MemoryStateStore()
    const first = await createPaths(network, state)
    await take(network, first)
    const second = await createPaths(network, state)
    await take(network, second)
    const guardsOf = ({ paths }: PathSet): string[] =>
      paths.map(({ nodes }) => nodes[0].id).toSorted()
    expect(guardsOf(second.paths)).toEqual(guardsOf(first.paths))
    const restOf = ({ paths }: PathSet): string[] => paths.flatMap((path) => idsOf(path).slice(1))
    expect(restOf(second.paths)).not.toEqual(restOf(first.paths))
  })

  it('makes do with one path in a network of four', async () => {
    const { network, ...parts } = await createSet(4)
    const target = network.nodes[0]?.id ?? ''
    expect(isOnPath(await take(network, parts, { target }), target)).toBe(false)
  })

  it('says that there are too few nodes in a network of two', async () => {
    const { network, paths } = await createSet(2)
    const taken = await network.settle(paths.take({ trace: new CallTrace() }))
    expect(codeOf(taken)).toBe('no_path')
  })

  it('tries four times, a second apart, when nobody answers', async () => {
    const { network, paths } = await createSet()
    network.isOffline = true
    const start = network.clock.now()
    const taken = await network.settle(paths.take({ trace: new CallTrace() }))
    expect(codeOf(taken)).toBe('no_guard')
    expect(network.clock.now() - start).toBeGreaterThanOrEqual(3000)
  })
})

describe('choosing a path', () => {
  it('never takes one with the destination on it, which would see both ends', async () => {
    const { network, ...parts } = await createSet()
    for (const { id } of network.nodes) {
      for (let run = 0; run < 5; run++) {
        expect(isOnPath(await take(network, parts, { target: id }), id)).toBe(false)
      }
    }
  })

  it('makes no new guard for a destination that is on a path', async () => {
    const { network, ...parts } = await createSet()
    await take(network, parts)
    const tests = network.packetsTo('/storage_rpc/v1').length
    const [first, second] = parts.paths.paths
    for (const path of [first, second])
      await take(network, parts, { target: path?.nodes[1].id ?? '' })
    expect(network.packetsTo('/storage_rpc/v1')).toHaveLength(tests)
  })

  it('takes no path again that failed in the same request, and shares no node with it', async () => {
    const { network, ...parts } = await createSet()
    const trace = new CallTrace()
    const first = await take(network, parts, { trace })
    trace.countFailure(first)
    const second = await take(network, parts, { trace })
    expect(idsOf(second).some((id) => isOnPath(first, id))).toBe(false)
    trace.countFailure(second)
    const third = await take(network, parts, { trace })
    expect(idsOf(third).some((id) => isOnPath(first, id) || isOnPath(second, id))).toBe(false)
  })

  it('prefers the path that failed less', async () => {
    const { network, ...parts } = await createSet()
    const failed = await take(network, parts)
    parts.paths.countLoss(failed)
    for (let run = 0; run < RUNS; run++) expect(await take(network, parts)).not.toBe(failed)
  })

  it('uses all paths alike again after a success', async () => {
    const { network, ...parts } = await createSet()
    const failed = await take(network, parts)
    parts.paths.countLoss(failed)
    parts.paths.countSuccess(failed)
    const taken = new Set<Path>()
    for (let run = 0; run < RUNS; run++) taken.add(await take(network, parts))
    expect(taken).toContain(failed)
  })

  it('uses no path on which a node has left the pool', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    parts.pool.remove(path.nodes[2].id)
    expect(parts.paths.paths).not.toContain(path)
    expect(await take(network, parts)).not.toBe(path)
  })
})

describe('counting losses', () => {
  async function lose({ paths }: { readonly paths: PathSet }, path: Path): Promise<void> {
    paths.countLoss(path)
    await paths.blame(path)
  }

  it('holds nothing against nodes and guards while the destination may be the reason', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    for (let loss = 0; loss < 5; loss++) parts.paths.countLoss(path)
    expect(parts.paths.paths).not.toContain(path)
    expect(parts.guards.isGuard(path.nodes[0].id)).toBe(true)
    expect(idsOf(path).map((id) => parts.pool.failuresOf(id))).toEqual([0, 0, 0])
  })

  it('TM-G3: gives up path and guard after three in a row', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    const guard = path.nodes[0].id
    for (let loss = 0; loss < 3; loss++) await lose(parts, path)
    expect(parts.paths.paths).not.toContain(path)
    expect(parts.guards.isGuard(guard)).toBe(false)
    expect(parts.pool.find(guard)).toBeUndefined()
  })

  it('drops the other nodes of the path too, as one of them may be the reason', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    for (let loss = 0; loss < 3; loss++) await lose(parts, path)
    for (const id of idsOf(path)) expect(parts.pool.find(id)).toBeUndefined()
  })

  it('TM-G3: counts against a guard over all of its paths, so that it cannot choose among them', async () => {
    const { network, ...parts } = await createSet(26)
    const first = await take(network, parts)
    const guard = first.nodes[0]
    const others = network.nodes.filter(({ id }) => !isOnPath(first, id))
    await lose(parts, first)
    for (const loss of [1, 2]) {
      const [middle, exit] = others.slice(2 * loss).map(({ id }) => parts.pool.find(id))
      if (middle === undefined || exit === undefined) throw new Error('two nodes')
      await lose(parts, { nodes: [guard, middle, exit] })
    }
    expect(parts.guards.isGuard(guard.id)).toBe(false)
  })

  it('forgets no guard because our own connection is down', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    for (let time = 0; time < 5; time++) await parts.paths.countUnreachable(path)
    expect(parts.paths.paths).not.toContain(path)
    expect(parts.guards.isGuard(path.nodes[0].id)).toBe(true)
    expect(idsOf(path).every((id) => parts.pool.find(id) !== undefined)).toBe(true)
  })
})

describe('a node that has left the network', () => {
  it('is replaced, with the new node at the end', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    const [guard, middle, exit] = idsOf(path)
    await parts.paths.replaceNode(path, middle ?? '', { trace: new CallTrace() })
    const replaced = parts.paths.paths.find(({ nodes }) => nodes[0].id === guard)
    expect(replaced && idsOf(replaced).slice(0, 2)).toEqual([guard, exit])
    expect(parts.pool.find(middle ?? '')).toBeUndefined()
  })

  it('TM-G3: is replaced twice at most, as a guard could go on until its friends are on the path', async () => {
    const { network, ...parts } = await createSet(26)
    let path = await take(network, parts)
    const guard = path.nodes[0].id
    for (let time = 0; time < 3; time++) {
      await parts.paths.replaceNode(path, path.nodes[2].id, { trace: new CallTrace() })
      path = parts.paths.paths.find(({ nodes }) => nodes[0].id === guard) ?? path
    }
    expect(parts.guards.isGuard(guard)).toBe(false)
    expect(parts.paths.paths.every(({ nodes }) => nodes[0].id !== guard)).toBe(true)
  })
})

describe('describing a path', () => {
  it('says key and address of guard, middle and exit', async () => {
    const { network, ...parts } = await createSet()
    const path = await take(network, parts)
    const [guard] = describePath(path)
    expect(describePath(path).map(({ ed25519 }) => ed25519)).toEqual(idsOf(path))
    expect(guard?.address).toBe(`127.0.0.1:${path.nodes[0].httpsPort}`)
  })

  it('forgets everything when it is told that the list was old', async () => {
    const { network, ...parts } = await createSet()
    await take(network, parts)
    parts.paths.clear()
    expect(parts.paths.paths).toEqual([])
  })
})
