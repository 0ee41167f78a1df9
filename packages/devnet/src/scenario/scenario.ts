/**
 * What a scenario file says, understood: a network and the steps that are done with it, one after the other. The text is
 * `parse-scenario.ts`, doing it `run-scenario.ts`; `docs/operations/scenarios.md` is for people.
 *
 * @module
 */

import { NODE_STATES } from '@sotto/protocol/directory'
import type { ChaosOrder } from '../chaos/chaos-order.ts'

/** The longest that anything in a scenario waits for, unless the file says otherwise. */
export const WAIT_MS = 60_000

export type ScenarioTask =
  /** The nodes of an order are words of a node phrase (`node-phrase.ts`). */
  | { readonly kind: 'order'; readonly order: ChaosOrder }
  | { readonly kind: 'restart'; readonly nodes: readonly string[] }
  | { readonly kind: 'start-writes'; readonly perSecond: number; readonly accounts: number }
  | { readonly kind: 'stop-writes' }
  | { readonly kind: 'wait'; readonly ms: number }
  | {
      readonly kind: 'wait-acknowledged'
      readonly count: number
      readonly withinMs: number
    }
  | { readonly kind: 'expect-lost' | 'expect-failed'; readonly most: number }
  | { readonly kind: 'expect-acknowledged'; readonly least: number }
  | { readonly kind: 'expect-replicas' | 'expect-delivered'; readonly withinMs: number }
  | {
      readonly kind: 'expect-state'
      readonly nodes: readonly string[]
      readonly state: ExpectedState
      readonly withinMs: number
    }
  /** For the whole time: documents come about, or none does. */
  | { readonly kind: 'expect-epochs'; readonly moving: boolean; readonly forMs: number }

/** As the directory has it; `unlisted` for a node that it does not have. */
export const EXPECTED_STATES = [...NODE_STATES, 'unlisted'] as const
export type ExpectedState = (typeof EXPECTED_STATES)[number]

export interface ScenarioStep {
  /** Counted from 1. */
  readonly line: number
  readonly text: string
  readonly task: ScenarioTask
}

export interface ScenarioNetwork {
  readonly nodes: number
  readonly seed: string
  /** Undefined for the nodes' own. */
  readonly epochMs: number | undefined
}

export interface Scenario {
  readonly network: ScenarioNetwork
  /** For all steps together. */
  readonly limitMs: number
  readonly steps: readonly ScenarioStep[]
}
