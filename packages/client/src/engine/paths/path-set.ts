/**
 * The paths in use: built when they are needed, chosen at random, counted when they fail, replaced when they failed too
 * often (ADR 0006). Sending along a path is `../onion`.
 *
 * A guard that lets requests fail could wait for a path whose other nodes are its friends. That is why failures also
 * count against the guard, and why a path is given up rather than repaired for ever (TM-G3).
 *
 * @module
 */
import type { Randomness } from '@sotto/crypto/randomness'
import { type Result, err, ok } from '@sotto/crypto/result'
import type { Clock } from '@sotto/protocol/clock'
import { ClientError } from '../../errors.ts'
import type { NetworkNode } from '../network/network-node.ts'
import type { NodePool } from '../network/node-pool.ts'
import { pickIndex } from '../random-choice.ts'
import { wait } from '../wait.ts'
import type { CallTrace } from './call-trace.ts'
import { chooseHops } from './choose-hops.ts'
import type { GuardSet } from './guard-set.ts'
import { PATH_HOPS, type Path, isOnPath } from './path.ts'

/** ADR 0006. */
const PATHS_WANTED = 2
/** Some more, for requests to nodes that are on the wanted ones. */
const PATHS_MAX = 4
/** ADR 0006. */
const FAILURES_MAX = 3
/** ADR 0006. */
const BUILD_ATTEMPTS = 4
/** ADR 0006. */
const BUILD_PAUSE_MS = 1000
/** After a second path could not be built, the first alone has to do for this long. */
const FILL_PAUSE_MS = 60_000
/** Heavier than any number of failures: a node of another path makes two paths fail together. */
const WEIGHT_SHARED = 10
/** What failed in this very request weighs most. */
const WEIGHT_TRIED = 100

export interface PathSetParts {
  readonly pool: NodePool
  readonly guards: GuardSet
  readonly clock: Clock
  readonly randomness: Randomness
}

/** What a path is wanted for. */
export interface PathNeed {
  /** The destination, which must not be on the path: it would see both ends. */
  readonly target?: string
  readonly trace: CallTrace
}

export class PathSet {
  readonly #parts: PathSetParts
  readonly #failures = new Map<Path, number>()
  #turn: Promise<unknown> = Promise.resolve()
  #nextFillAtMs = Number.NEGATIVE_INFINITY

  constructor(parts: PathSetParts) {
    this.#parts = parts
  }

  /** Those whose nodes are all still in the pool. */
  get paths(): readonly Path[] {
    const { pool } = this.#parts
    return [...this.#failures.keys()].filter((path) =>
      path.nodes.every(({ id }) => pool.find(id) !== undefined),
    )
  }

  /** A path for one try: of those that failed least a random one, else a new one. */
  take(need: PathNeed): Promise<Result<Path, ClientError>> {
    return this.#inTurn(async () => {
      await this.#fill(need)
      const path = this.#choose(need)
      return path === undefined ? this.#buildPatiently(need) : ok(path)
    })
  }

  countSuccess(path: Path): void {
    const { pool, guards } = this.#parts
    if (this.#failures.has(path)) this.#failures.set(path, 0)
    for (const { id } of path.nodes) pool.clearFailures(id)
    guards.clearFailures(path.nodes[0].id)
  }

  /** The guard could not be reached. That may be our own connection, so it costs the guard its rank only. */
  async countUnreachable(path: Path): Promise<void> {
    this.#countFailure(path)
    await this.#parts.guards.demote(path.nodes[0].id)
  }

  /** The guard answered, but the request got lost behind it; the destination may be the reason. */
  countLoss(path: Path): void {
    this.#countFailure(path)
  }

  /** The destination answered over another path, so the loss was this path's. */
  async blame(path: Path): Promise<void> {
    const { pool, guards } = this.#parts
    const [guard, ...others] = path.nodes
    for (const { id } of others) pool.countFailure(id)
    if (await guards.countFailure(guard.id)) pool.rest(guard.id)
  }

  /** One node has left the network: another takes its place at the end, and the failure counts as one. */
  async replaceNode(path: Path, id: string, need: PathNeed): Promise<void> {
    const { pool, guards, randomness } = this.#parts
    pool.remove(id)
    const failures = (this.#failures.get(path) ?? 0) + 1
    this.#failures.delete(path)
    const [guard, ...others] = path.nodes
    const chosen = [guard, ...others.filter((node) => node.id !== id)]
    const hops = chooseHops(
      { ...this.#describeChoice(need), chosen, count: PATH_HOPS - chosen.length },
      randomness,
    )
    const replaced = hops && joinPath([...chosen, ...hops])
    if (replaced === undefined || failures >= FAILURES_MAX) await guards.forget(guard.id)
    else this.#failures.set(replaced, failures)
  }

  /** Gives all paths up, for a list of nodes that turned out to be old. */
  clear(): void {
    this.#failures.clear()
    this.#nextFillAtMs = Number.NEGATIVE_INFINITY
  }

  #countFailure(path: Path): void {
    const failures = (this.#failures.get(path) ?? 0) + 1
    if (failures >= FAILURES_MAX) this.#failures.delete(path)
    else if (this.#failures.has(path)) this.#failures.set(path, failures)
  }

  #choose({ target, trace }: PathNeed): Path | undefined {
    const usable = this.paths.filter(
      (path) => !trace.hasTried(path) && (target === undefined || !isOnPath(path, target)),
    )
    const fewest = Math.min(...usable.map((path) => this.#failures.get(path) ?? 0))
    const best = usable.filter((path) => this.#failures.get(path) === fewest)
    return best.length === 0 ? undefined : best[pickIndex(best.length, this.#parts.randomness)]
  }

  async #fill(need: PathNeed): Promise<void> {
    const { clock } = this.#parts
    while (this.paths.length < PATHS_WANTED && clock.now() >= this.#nextFillAtMs) {
      const built = await this.#build(need)
      if (!built.ok) this.#nextFillAtMs = clock.now() + FILL_PAUSE_MS
    }
  }

  async #buildPatiently(need: PathNeed): Promise<Result<Path, ClientError>> {
    for (let attempt = 1; ; attempt++) {
      const built = await this.#build(need)
      if (built.ok || attempt === BUILD_ATTEMPTS) return built
      // A path that exists was tried by this request and may still serve the next: no reason to wait here.
      if (this.paths.length > 0) return built
      await wait(this.#parts.clock, BUILD_PAUSE_MS)
    }
  }

  async #build(need: PathNeed): Promise<Result<Path, ClientError>> {
    const { pool, randomness } = this.#parts
    const filled = await pool.fill()
    if (!filled.ok) return filled
    const guard = await this.#takeGuard(need)
    if (!guard.ok) return guard
    const hops = chooseHops(
      { ...this.#describeChoice(need), chosen: [guard.value], count: PATH_HOPS - 1 },
      randomness,
    )
    const path = hops && joinPath([guard.value, ...hops])
    if (path === undefined) return err(new ClientError('no_path', `${pool.nodes.length} nodes`))
    this.#makeRoom()
    this.#failures.set(path, 0)
    return ok(path)
  }

  /** Wanted paths have guards of their own if there are any that this request has not tried. */
  async #takeGuard({ target, trace }: PathNeed): Promise<Result<NetworkNode, ClientError>> {
    const { guards } = this.#parts
    const current = this.paths
    const isWanted = current.length < PATHS_WANTED
    const used = new Set(isWanted ? current.map(({ nodes }) => nodes[0].id) : [])
    const isReachable = ({ id }: NetworkNode): boolean => id !== target && !trace.isUnreachable(id)
    const isFresh = ({ id }: NetworkNode): boolean =>
      id !== target && trace.failuresOf(id) === 0 && !used.has(id)
    const taken = await guards.take(isFresh, isReachable)
    if (taken.ok) return taken
    const kept = await guards.findKept(isReachable)
    return kept === undefined ? taken : ok(kept)
  }

  /** A path beyond the number takes the place of the one that failed most. */
  #makeRoom(): void {
    const current = new Set(this.paths)
    for (const path of this.#failures.keys()) if (!current.has(path)) this.#failures.delete(path)
    while (this.#failures.size >= PATHS_MAX) {
      const [worst] = [...this.#failures].toSorted(([, a], [, b]) => b - a)
      if (worst === undefined) return
      this.#failures.delete(worst[0])
    }
  }

  #describeChoice({ target, trace }: PathNeed): {
    readonly candidates: readonly NetworkNode[]
    readonly weigh: (node: NetworkNode) => number
  } {
    const { pool, guards } = this.#parts
    const others = this.paths
    return {
      candidates: pool.nodes.filter(({ id }) => id !== target),
      weigh: ({ id }) => {
        const isShared = guards.isGuard(id) || others.some((path) => isOnPath(path, id))
        const tried = trace.failuresOf(id) * WEIGHT_TRIED
        return tried + (isShared ? WEIGHT_SHARED : 0) + pool.failuresOf(id)
      },
    }
  }

  /** One at a time, so that requests that begin together do not each build paths of their own. */
  #inTurn<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(task)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

function joinPath([guard, middle, exit]: readonly NetworkNode[]): Path | undefined {
  if (guard === undefined || middle === undefined || exit === undefined) return undefined
  return { nodes: [guard, middle, exit] }
}
