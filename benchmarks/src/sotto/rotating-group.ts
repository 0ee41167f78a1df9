/**
 * A device group at the moment in which a key is due: the member that makes the new one seals it to all devices and shows it to the
 * world (spec 12 §2.4, §5.5, §2.5).
 *
 * @module
 */
import { createAccountSeed, deriveAccount } from '@sotto/crypto/identity'
import { systemRandomness } from '@sotto/crypto/randomness'
import {
  createGroupState,
  type GroupContext,
  type GroupEvent,
  type GroupState,
  type GroupStep,
  reduceGroup,
} from '@sotto/protocol/session-v2'

const HOUR_MS = 3_600_000
/** Later than the last moment of the window in which a key is replaced. */
const DUE_AFTER_MS = 14 * HOUR_MS
const DEVICES = 8

/** Each call is one whole rotation: a new key, the group message, its confirmation, the outbox. Gives its bytes. */
export function createRotation(): () => number {
  const account = deriveAccount(createAccountSeed(systemRandomness))
  let nowMs = 1_800_000_000_000
  const reduce = (state: GroupState, event: GroupEvent): GroupStep => {
    const context: GroupContext = {
      account,
      randomness: systemRandomness,
      nowMs,
      allowsPublishing: true,
    }
    return reduceGroup(state, event, context)
  }
  const found = (): GroupState => {
    const details = { description: 'a device', type: 'd', version: 1 }
    const created = createGroupState(details, { randomness: systemRandomness, nowMs })
    return reduce(created, { kind: 'establish' }).state
  }
  const founder = found()
  const others = Array.from({ length: DEVICES - 1 }, found)
  const devices = new Map([founder, ...others].flatMap(({ devices: rows }) => Array.from(rows)))
  const rotate = (before: GroupState): GroupStep => {
    const pushed = reduce(before, { kind: 'fetched' })
    const push = pushed.effects.find((effect) => effect.kind === 'push')
    if (push?.snapshot === undefined) throw new Error('a rotation is pushed')
    const confirmed = reduce(pushed.state, {
      kind: 'pushed',
      snapshot: push.snapshot,
      hash: String(nowMs),
    })
    return { state: confirmed.state, effects: [push, ...confirmed.effects] }
  }
  let { state } = rotate({ ...founder, devices })
  return () => {
    nowMs += DUE_AFTER_MS
    const step = rotate(state)
    const kinds = new Set(step.effects.map(({ kind }) => kind))
    if (!kinds.has('push') || !kinds.has('publish')) throw new Error('a whole rotation')
    state = step.state
    return step.effects.reduce(
      (sum, effect) => sum + ('bytes' in effect ? effect.bytes.length : 0),
      0,
    )
  }
}
