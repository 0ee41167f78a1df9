/**
 * One claim about who reads what, with what the search is expected to find. Half of them are attacks: a model that cannot find what is
 * known to be there proves nothing by finding nothing.
 *
 * @module
 */
import { attackerSteps } from './attacker-steps.ts'
import { deviceSteps, liveOneTick } from './device-steps.ts'
import { explore, type Outcome, type Step } from './explore.ts'
import { forgetComputed, readsContent } from './seen.ts'
import { fetchSteps, sendSteps } from './sender-steps.ts'
import { createWorld, type Message, OUR_RULES, type Setting, type World } from './world.ts'

export interface Claim {
  readonly id: string
  /** Completes "the attacker reads no …". */
  readonly about: string
  readonly section: string
  readonly setting: Setting
  /** Which messages the claim is about. */
  readonly covers: (message: Message, world: World) => boolean
  readonly expected: Outcome['kind']
}

export interface Verdict {
  readonly claim: Claim
  readonly outcome: Outcome
  readonly isAsExpected: boolean
}

export type PartialSetting = Partial<Omit<Setting, 'rules' | 'attacker'>> & {
  readonly rules?: Partial<Setting['rules']>
  readonly attacker?: Partial<Setting['attacker']>
}

/** Two devices, three days, and one message; what differs is given. */
export function createSetting(differences: PartialSetting): Setting {
  const { rules, attacker, limits, ...sizes } = differences
  return {
    devices: 2,
    ticks: 6,
    ...sizes,
    limits: { fetch: 1, send: 1, ...limits },
    rules: { ...OUR_RULES, ...rules },
    attacker: { hasSeed: false, nodes: 0, ...attacker },
  }
}

function* stepsOf(world: World, setting: Setting): Generator<Step<World>> {
  const isWritten = world.messages.length >= (setting.limits.send ?? 0)
  // Who only looks gains most by looking last: what a device holds grows, unless it erases, and then only what came before counts.
  const isPassive = setting.limits['forge group'] === undefined
  if (world.loot.length > 0 && isPassive) return
  yield* attackerSteps(world, setting)
  if (isWritten && setting.attacker.seizes === undefined) return
  yield* deviceSteps(world, setting)
  if (!isWritten) {
    yield* fetchSteps(world, setting)
    yield* sendSteps(world, setting)
  }
  if (world.now >= setting.ticks) return
  const later = { ...world, now: world.now + 1 }
  const next = setting.rules.isAlwaysOnline ? liveOneTick(later, setting) : later
  yield { label: 'half a day passes', next }
}

export function checkClaim(claim: Claim): Verdict {
  const { setting, covers, expected } = claim
  const outcome = explore<World>({
    start: createWorld(setting),
    steps: (world) => [...stepsOf(world, setting)],
    isBroken: (world) =>
      world.messages.some(
        (message, index) => covers(message, world) && readsContent(world, setting.attacker, index),
      ),
  })
  forgetComputed()
  return { claim, outcome, isAsExpected: outcome.kind === expected }
}
