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
import { selectGroups } from '../chaos/select-nodes.ts'
import { DevnetError } from '../errors.ts'
import type { Network } from '../network.ts'
import { deriveAccountSeed } from '../seeds.ts'
import { countReturned, deleteMessages } from './delete-messages.ts'
import { inspectDelivery } from './inspect-delivery.ts'
import { inspectReplicas, type ReplicaCounts } from './inspect-replicas.ts'
import { LossWatch } from './loss-watch.ts'
import { MovedBytes } from './moved-bytes.ts'
import { inspectSides, type Sides } from './inspect-sides.ts'
import { judgeEvidence, judgeReasons, judgeStates } from './judge-directory.ts'
import { parsePhrase, resolvePhrase } from './node-phrase.ts'
import { type Outcome, pass } from './outcome.ts'
import { type CreateTransport, People } from './people.ts'
import type { ScenarioTask } from './scenario.ts'
import { Sleeper } from './sleeper.ts'
import { type StoredOnSide, storeOnSides } from './store-on-sides.ts'
import { Writes } from './writes.ts'

export interface StageOptions {
  readonly network: Network
  readonly seed: string
  readonly clock: Clock
  readonly createTransport: CreateTransport
}

const LOOK_AGAIN_MS = 500
/** More names than this are a number. */
const NAMES_MAX = 6

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
  #lossWatch: LossWatch | undefined
  #movedBytes: MovedBytes | undefined
  #sides: Sides = []
  #onSides: readonly StoredOnSide[] = []

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
      case 'watch-lost':
        return this.#watchLost()
      case 'measure-moved':
        return this.#measureMoved()
      case 'store-on-sides':
        return this.#storeOnSides(task.count)
      case 'delete':
        return this.#delete(task)
      case 'expect-deleted':
        return this.#lookUntil(task.withinMs, () => this.#lookAtDeleted())
      case 'expect-sides':
        return this.#lookUntil(task.withinMs, () => this.#lookAtSides())
      case 'expect-lost-throughout':
        return this.#expectLostThroughout(task.most)
      case 'expect-moved':
        return this.#expectMoved(task.atMost)
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
        return this.#lookUntil(task.withinMs, () => this.#lookAtDirectory(task))
      case 'expect-reason':
        return this.#lookUntil(task.withinMs, () => this.#lookAtDirectory(task))
      case 'expect-evidence':
        return this.#lookUntil(task.withinMs, () => this.#lookAtEvidence(task.count))
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
      if (order.action === 'partition') this.#noteParted(order.groups)
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

  async #watchLost(): Promise<Outcome> {
    const { network, clock } = this.#options
    const writes = this.#requireWrites()
    const inspect = async (): Promise<ReplicaCounts> => {
      await network.refresh()
      return inspectReplicas(network, [...writes.acknowledged])
    }
    this.#lossWatch = this.#resources.use(new LossWatch({ clock, inspect }))
    this.#lossWatch.start()
    return pass('')
  }

  async #expectLostThroughout(most: number): Promise<Outcome> {
    const { looks = 0, lost = 0 } = (await this.#lossWatch?.stop()) ?? {}
    const detail = `${lost} lost at any time, in ${looks} looks at all messages`
    return { passed: lost <= most && looks > 0, detail, numbers: { lost, looks } }
  }

  async #measureMoved(): Promise<Outcome> {
    const { network, clock } = this.#options
    const moved = new MovedBytes({ network, clock, people: this.#people?.all ?? [] })
    this.#movedBytes = this.#resources.use(moved)
    await moved.start()
    return pass('')
  }

  /** Nothing that had to move would prove nothing. */
  async #expectMoved(atMost: number): Promise<Outcome> {
    const { movedBytes = 0, minimumBytes = 0 } = (await this.#movedBytes?.count()) ?? {}
    const factor = minimumBytes === 0 ? '' : `, ${(movedBytes / minimumBytes).toFixed(2)} times`
    const detail = `${movedBytes} bytes moved, ${minimumBytes} had to${factor}`
    const passed = minimumBytes > 0 && movedBytes <= atMost * minimumBytes
    return { passed, detail, numbers: { movedBytes, minimumBytes } }
  }

  async #delete({ count, account }: Extract<ScenarioTask, { kind: 'delete' }>): Promise<Outcome> {
    const writes = this.#requireWrites()
    const person = this.#people?.all.find(({ name }) => name === account)
    const messages = writes.acknowledged.filter(({ to }) => to === person).slice(0, count)
    if (person === undefined || messages.length < count) {
      throw new DevnetError('invalid_order', `${account} has got only ${messages.length} messages.`)
    }
    const hashes = messages.map(({ hash }) => hash)
    const node = await deleteMessages(this.#options.network, person, hashes)
    if (node !== undefined) writes.noteDeleted(messages)
    const detail = node === undefined ? 'no node took it' : `through ${node}`
    return { passed: node !== undefined, detail, numbers: { deleted: messages.length } }
  }

  #noteParted(groups: readonly (readonly string[])[]): void {
    const { network } = this.#options
    const names = network.nodes.map(({ name }) => name)
    this.#sides = selectGroups(names, groups)
  }

  async #storeOnSides(count: number): Promise<Outcome> {
    const people = this.#people?.all ?? []
    const question = { count, sides: this.#sides }
    const stored = await storeOnSides(this.#options.network, people, question)
    this.#onSides = [...this.#onSides, ...stored]
    const wanted = count * this.#sides.length
    const detail = `${stored.length} of ${wanted} were taken`
    return { passed: stored.length === wanted, detail, numbers: { taken: stored.length, wanted } }
  }

  /** Nothing that a side took would prove nothing. */
  async #lookAtSides(): Promise<Outcome> {
    const { network } = this.#options
    const { taken, missing } = await inspectSides(network, this.#onSides, this.#sides)
    const detail = `the sides took ${taken.join(' and ')} messages, and ${missing} copies are missing in them`
    const passed = missing === 0 && taken.every((count) => count > 0)
    return { passed, detail, numbers: { messages: this.#onSides.length, missing } }
  }

  async #lookAtDeleted(): Promise<Outcome> {
    const { network } = this.#options
    await network.refresh()
    const { deleted } = this.#requireWrites()
    const copies = await countReturned(network, deleted)
    const detail = `${copies} copies of ${deleted.length} deleted messages`
    return { passed: copies === 0, detail, numbers: { copies, deleted: deleted.length } }
  }

  /** All that nodes should have. */
  #listKept(): readonly StoredOnSide[] {
    return [...this.#requireWrites().acknowledged, ...this.#onSides]
  }

  async #expectLost(most: number): Promise<Outcome> {
    await this.#options.network.refresh()
    const counts = await inspectReplicas(this.#options.network, this.#listKept())
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

  async #lookAtDirectory(
    task: Extract<ScenarioTask, { kind: 'expect-state' | 'expect-reason' }>,
  ): Promise<Outcome> {
    const { network } = this.#options
    await network.refresh()
    const names = this.#resolve(task.nodes)
    const nodes = network.nodes.filter(({ name }) => names.includes(name))
    const epoch = network.describe().epoch?.number ?? 0
    return task.kind === 'expect-state'
      ? judgeStates(nodes, task.state, epoch)
      : judgeReasons(nodes, task.reason, epoch)
  }

  async #lookAtEvidence(count: number): Promise<Outcome> {
    const { network } = this.#options
    await network.refresh()
    return judgeEvidence(network.describe().evidence ?? [], count)
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
    const counts = await inspectReplicas(this.#options.network, this.#listKept())
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
