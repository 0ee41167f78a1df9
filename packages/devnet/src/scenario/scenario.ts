/**
 * What a scenario file says, understood: a network and the steps that are done with it, one after the other. The text is
 * `parse-scenario.ts`, doing it `run-scenario.ts`; `docs/operations/scenarios.md` is for people.
 *
 * @module
 */

import { NODE_STATES, REASONS } from '@sotto/protocol/directory'
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
  /** What happens from here on is looked at all the time, or measured. */
  | { readonly kind: 'watch-lost' | 'measure-moved' }
  | { readonly kind: 'delete'; readonly count: number; readonly account: string }
  | { readonly kind: 'store-on-sides'; readonly count: number }
  | { readonly kind: 'expect-deleted' | 'expect-sides'; readonly withinMs: number }
  /** Since the watch began. */
  | { readonly kind: 'expect-lost-throughout'; readonly most: number }
  /** So many times the fewest bytes that the changes of swarms asked for. */
  | { readonly kind: 'expect-moved'; readonly atMost: number }
  | { readonly kind: 'expect-lost' | 'expect-failed'; readonly most: number }
  | { readonly kind: 'expect-acknowledged'; readonly least: number }
  | { readonly kind: 'expect-replicas' | 'expect-delivered'; readonly withinMs: number }
  | {
      readonly kind: 'expect-state'
      readonly nodes: readonly string[]
      readonly state: ExpectedState
      readonly withinMs: number
    }
  | {
      readonly kind: 'expect-reason'
      readonly nodes: readonly string[]
      readonly reason: string
      readonly withinMs: number
    }
  /** Exactly so many authorities are proven to have lied. */
  | { readonly kind: 'expect-evidence'; readonly count: number; readonly withinMs: number }
  /** For the whole time: documents come about, or none does. */
  | { readonly kind: 'expect-epochs'; readonly moving: boolean; readonly forMs: number }

/** As the directory has it; `unlisted` for a node that it does not have. */
export const EXPECTED_STATES = [...NODE_STATES, 'unlisted'] as const
export type ExpectedState = (typeof EXPECTED_STATES)[number]

/** Why a node is not in good standing, as authorities agree; `none` for one that has no reason. */
export const EXPECTED_REASONS: readonly string[] = [...Object.keys(REASONS), 'none']

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
