/**
 * Does one step of a scenario on a network that runs, and says what came out.
 *
 * How long a step may take is bounded here by what it waits for, and in `run-scenario.ts` by the file's limit.
 *
 * @module
 */

import { deriveAccount } from '@sotto/crypto/identity'
import type { Clock } from '@sotto/protocol/clock'
import type { ChaosOrder } from '../chaos/chaos-order.ts'
import { DevnetError } from '../errors.ts'
import type { Network } from '../network.ts'
import { deriveAccountSeed } from '../seeds.ts'
import { inspectDelivery } from './inspect-delivery.ts'
import { inspectReplicas } from './inspect-replicas.ts'
import { parsePhrase, resolvePhrase } from './node-phrase.ts'
import { type CreateTransport, People } from './people.ts'
import type { ScenarioTask } from './scenario.ts'
import { Sleeper } from './sleeper.ts'
import { Writes } from './writes.ts'

export interface Outcome {
  /** False for an expectation that was not met, or a wait that was in vain. */
  readonly passed: boolean
  /** For people. */
  readonly detail: string
  readonly numbers: Readonly<Record<string, number>>
}

export interface StageOptions {
  readonly network: Network
  readonly seed: string
  readonly clock: Clock
  readonly createTransport: CreateTransport
}

const LOOK_AGAIN_MS = 500
/** More names than this are a number. */
const NAMES_MAX = 6

function pass(detail: string, numbers: Outcome['numbers'] = {}): Outcome {
  return { passed: true, detail, numbers }
}

function nameNodes(names: readonly string[]): string {
  if (names.length === 0) return 'no nodes'
  return names.length > NAMES_MAX ? `${names.length} nodes` : names.join(', ')
}

function findAccountId(seed: string, name: string): string {
  return deriveAccount(deriveAccountSeed(seed, name)).accountId
}

/** What a scenario plays on: its network, people and writes. */
export class Stage implements AsyncDisposable {
  readonly #options: StageOptions
  readonly #resources = new AsyncDisposableStack()
  readonly #sleeper: Sleeper
  #people: People | undefined
  #writes: Writes | undefined

  constructor(options: StageOptions) {
    this.#options = options
    this.#sleeper = this.#resources.use(new Sleeper(options.clock))
  }

  /** Of the writes, once there are any. */
  get counts(): Writes['counts'] | undefined {
    return this.#writes?.counts
  }

  perform(task: ScenarioTask): Promise<Outcome> {
    switch (task.kind) {
      case 'order':
        return this.#obey(task.order)
      case 'restart':
        return this.#restart(task.nodes)
      case 'start-writes':
        return this.#startWrites(task)
      case 'stop-writes':
        return this.#stopWrites()
      case 'wait':
        return this.#sleeper.sleep(task.ms).then(() => pass(''))
      case 'wait-acknowledged':
        return this.#waitAcknowledged(task)
      case 'expect-lost':
        return this.#expectLost(task.most)
      case 'expect-failed':
        return this.#expectFailed(task.most)
      case 'expect-acknowledged':
        return this.#expectAcknowledged(task.least)
      case 'expect-replicas':
        return this.#lookUntil(task.withinMs, () => this.#lookAtReplicas())
      case 'expect-delivered':
        return this.#lookUntil(task.withinMs, () => this.#lookAtDelivery())
      case 'expect-state':
        return this.#lookUntil(task.withinMs, () => this.#lookAtStates(task))
      case 'expect-epochs':
        return this.#expectEpochs(task)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#writes?.giveUp()
    await this.#resources.disposeAsync()
  }

  async #obey(order: ChaosOrder): Promise<Outcome> {
    const { network } = this.#options
    if (!('nodes' in order)) {
      await network.obey(order)
      return pass('')
    }
    const nodes = this.#resolve(order.nodes)
    await network.obey({ ...order, nodes: [...nodes] })
    return pass(nameNodes(nodes), { nodes: nodes.length })
  }

  async #restart(words: readonly string[]): Promise<Outcome> {
    const { network } = this.#options
    const nodes = this.#resolve(words)
    for (const name of nodes) {
      await network.stop(name)
      await network.start(name)
    }
    return pass(`${nameNodes(nodes)}, one after the other`, { nodes: nodes.length })
  }

  #resolve(words: readonly string[]): readonly string[] {
    const { network, seed } = this.#options
    const phrase = parsePhrase(words)
    if (!phrase.ok) throw new DevnetError('invalid_order', phrase.error)
    return resolvePhrase(phrase.value, {
      nodes: network.nodes,
      swarmOfName: (name) => network.swarmOf(findAccountId(seed, name)),
    })
  }

  async #startWrites({
    perSecond,
    accounts,
  }: Extract<ScenarioTask, { kind: 'start-writes' }>): Promise<Outcome> {
    const { network, seed, clock, createTransport } = this.#options
    const { seedUrl } = network
    const people = new People({ count: accounts, seed, seedUrl, createTransport })
    this.#resources.use(people)
    this.#people = people
    this.#writes = new Writes({ people: people.all, perSecond, clock })
    people.startReading()
    this.#writes.start()
    return pass(people.all.map(({ name }) => name).join(', '))
  }

  async #stopWrites(): Promise<Outcome> {
    const writes = this.#requireWrites()
    await writes.stop()
    await this.#people?.stopReading()
    const { counts } = writes
    const { acknowledged, failed, retries, slowestMs } = counts
    const sums = `${acknowledged} acknowledged, ${failed} failed, ${retries} tried again`
    return pass(`${sums}, the slowest took ${slowestMs} ms`, { ...counts })
  }

  async #waitAcknowledged({
    count,
    withinMs,
  }: Extract<ScenarioTask, { kind: 'wait-acknowledged' }>): Promise<Outcome> {
    const writes = this.#requireWrites()
    await Promise.race([writes.waitFor(count), this.#sleeper.sleep(withinMs)])
    const { acknowledged } = writes.counts
    const passed = acknowledged >= count
    const detail = passed ? `${acknowledged}` : `only ${acknowledged} after ${withinMs} ms`
    return { passed, detail, numbers: { acknowledged } }
  }

  async #expectLost(most: number): Promise<Outcome> {
    await this.#options.network.refresh()
    const { acknowledged } = this.#requireWrites()
    const counts = await inspectReplicas(this.#options.network, [...acknowledged])
    const detail = `${counts.lost} of ${counts.acknowledged} acknowledged messages lost`
    const numbers = { acknowledged: counts.acknowledged, lost: counts.lost }
    return { passed: counts.lost <= most, detail, numbers }
  }

  async #expectFailed(most: number): Promise<Outcome> {
    const { failed, retries, acknowledged } = this.#requireWrites().counts
    const detail = `${failed} failed, ${acknowledged} acknowledged, ${retries} tried again`
    return { passed: failed <= most, detail, numbers: { failed, retries, acknowledged } }
  }

  async #expectAcknowledged(least: number): Promise<Outcome> {
    const { acknowledged } = this.#requireWrites().counts
    const passed = acknowledged >= least
    return { passed, detail: `${acknowledged} acknowledged`, numbers: { acknowledged } }
  }

  async #lookAtStates({
    nodes: words,
    state,
  }: Extract<ScenarioTask, { kind: 'expect-state' }>): Promise<Outcome> {
    await this.#options.network.refresh()
    const names = this.#resolve(words)
    const nodes = this.#options.network.nodes.filter(({ name }) => names.includes(name))
    const states = nodes.map(({ standing }) => standing?.state ?? 'unlisted')
    const detail = nodes.map(({ name }, index) => `${name} ${states[index]}`).join(', ')
    const epoch = this.#options.network.describe().epoch?.number ?? 0
    const passed = nodes.length > 0 && states.every((each) => each === state)
    return { passed, detail: `${detail} in epoch ${epoch}`, numbers: { epoch } }
  }

  async #expectEpochs({
    moving,
    forMs,
  }: Extract<ScenarioTask, { kind: 'expect-epochs' }>): Promise<Outcome> {
    const { network } = this.#options
    await network.refresh()
    const before = network.describe().epoch?.number ?? 0
    await this.#sleeper.sleep(forMs)
    await network.refresh()
    const after = network.describe().epoch?.number ?? 0
    const passed = moving ? after > before : after === before
    return { passed, detail: `from ${before} to ${after}`, numbers: { before, after } }
  }

  async #lookAtReplicas(): Promise<Outcome> {
    await this.#options.network.refresh()
    const { acknowledged } = this.#requireWrites()
    const counts = await inspectReplicas(this.#options.network, [...acknowledged])
    const { wanted, missing } = counts
    const detail = `${wanted - missing} of ${wanted} copies of ${counts.acknowledged} messages`
    return { passed: missing === 0, detail, numbers: { ...counts } }
  }

  async #lookAtDelivery(): Promise<Outcome> {
    const { acknowledged } = this.#requireWrites()
    const counts = await inspectDelivery([...acknowledged])
    const { missing, doubled } = counts
    const detail = `${counts.acknowledged} acknowledged, ${missing} not shown, ${doubled} shown twice`
    return { passed: missing === 0 && doubled === 0, detail, numbers: { ...counts } }
  }

  /** Looks again and again until it is as expected, or the time is over. */
  async #lookUntil(withinMs: number, look: () => Promise<Outcome>): Promise<Outcome> {
    const { clock } = this.#options
    const endMs = clock.now() + withinMs
    for (;;) {
      const outcome = await look()
      if (outcome.passed || clock.now() >= endMs) return outcome
      await this.#sleeper.sleep(LOOK_AGAIN_MS)
    }
  }

  #requireWrites(): Writes {
    if (this.#writes === undefined) throw new Error('a scenario was not checked for its writes')
    return this.#writes
  }
}
