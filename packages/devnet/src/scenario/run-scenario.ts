/**
 * Runs a scenario from its network to its verdict: the steps in order, each with the time it took, within the file's limit.
 *
 * An expectation that is not met fails the run and lets it go on, so that one run tells everything. A step that cannot be
 * done ends it.
 *
 * @module
 */

import type { Cancel, Clock } from '@sotto/protocol/clock'
import { DevnetError } from '../errors.ts'
import { type Network, type NetworkOptions, startNetwork } from '../network.ts'
import { systemClock } from '../system-clock.ts'
import type { CreateTransport } from './people.ts'
import type { Scenario, ScenarioStep } from './scenario.ts'
import type { Outcome } from './outcome.ts'
import { Stage } from './stage.ts'
import type { WriteCounts } from './writes.ts'

export interface StepReport extends Outcome {
  readonly line: number
  readonly text: string
  readonly ms: number
}

export interface ScenarioReport {
  readonly passed: boolean
  readonly ms: number
  readonly steps: readonly StepReport[]
  readonly writes: WriteCounts | undefined
}

export interface ScenarioOptions {
  readonly createTransport: CreateTransport
  readonly driver?: NetworkOptions['driver']
  readonly onStep?: (report: StepReport) => void
  /** Ends the run before its time. */
  readonly interrupted?: Promise<void>
}

class ScenarioRun {
  readonly #options: ScenarioOptions
  readonly #scenario: Scenario
  readonly #clock: Clock
  readonly #startMs: number
  readonly #steps: StepReport[] = []

  constructor(scenario: Scenario, options: ScenarioOptions, clock: Clock) {
    this.#scenario = scenario
    this.#options = options
    this.#clock = clock
    this.#startMs = clock.now()
  }

  async run(): Promise<ScenarioReport> {
    const network = await this.#start()
    if (network === undefined) return this.#report(undefined)
    await using resources = new AsyncDisposableStack()
    resources.use(network)
    const { createTransport } = this.#options
    const { seed } = this.#scenario.network
    const stage = new Stage({ network, seed, clock: this.#clock, createTransport })
    resources.use(stage)
    for (const step of this.#scenario.steps) {
      if (!(await this.#perform(step, stage))) break
    }
    return this.#report(stage.counts)
  }

  #report(writes: WriteCounts | undefined): ScenarioReport {
    const passed = this.#steps.every((step) => step.passed)
    return { passed, ms: this.#clock.now() - this.#startMs, steps: this.#steps, writes }
  }

  async #start(): Promise<Network | undefined> {
    const { nodes, seed, epochMs } = this.#scenario.network
    const { driver = 'child-process' } = this.#options
    const step = { line: 0, text: `network nodes ${nodes}` }
    const startMs = this.#clock.now()
    try {
      const network = await startNetwork({
        nodes,
        seed,
        driver,
        ...(epochMs === undefined ? {} : { epochMs }),
      })
      const detail = `${nodes} nodes are ready`
      this.#take(step, startMs, { passed: true, detail, numbers: { nodes } })
      return network
    } catch (error) {
      this.#take(step, startMs, describeFailure(error))
      return undefined
    }
  }

  /** Whether the run goes on. */
  async #perform(step: ScenarioStep, stage: Stage): Promise<boolean> {
    const startMs = this.#clock.now()
    const end = this.#watchEnd()
    const isExpectation = step.task.kind.startsWith('expect-')
    try {
      const { outcome, isLast } = await Promise.race([
        stage
          .perform(step.task)
          .then((done) => ({ outcome: done, isLast: !done.passed && !isExpectation })),
        end.reached.then((detail) => ({ outcome: fail(detail), isLast: true })),
      ])
      this.#take(step, startMs, outcome)
      return !isLast
    } catch (error) {
      this.#take(step, startMs, describeFailure(error))
      return false
    } finally {
      end.cancel()
    }
  }

  /** Resolves with the reason to end the run now. */
  #watchEnd(): { readonly reached: Promise<string>; readonly cancel: Cancel } {
    const { limitMs } = this.#scenario
    const { promise, resolve } = Promise.withResolvers<string>()
    const restMs = Math.max(0, this.#startMs + limitMs - this.#clock.now())
    const cancel = this.#clock.after(restMs, () => resolve(`the limit of ${limitMs} ms is over`))
    void this.#options.interrupted?.then(() => resolve('interrupted'))
    return { reached: promise, cancel }
  }

  #take({ line, text }: Pick<ScenarioStep, 'line' | 'text'>, startMs: number, outcome: Outcome) {
    const report = { line, text, ms: this.#clock.now() - startMs, ...outcome }
    this.#steps.push(report)
    this.#options.onStep?.(report)
  }
}

function fail(detail: string): Outcome {
  return { passed: false, detail, numbers: {} }
}

/** What an order or a start can fail with; anything else is a mistake of ours. */
function describeFailure(error: unknown): Outcome {
  if (error instanceof DevnetError) return fail(error.message)
  throw error
}

/** Resolves when the run is over and its network is gone. */
export function runScenario(scenario: Scenario, options: ScenarioOptions): Promise<ScenarioReport> {
  return new ScenarioRun(scenario, options, systemClock).run()
}
