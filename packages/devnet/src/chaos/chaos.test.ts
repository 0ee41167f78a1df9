import { createFakeClock } from '@sotto/testkit/fake-clock'
import { describe, expect, it } from 'vitest'
import { createChaos } from './chaos.ts'
import { CALM } from './node-conditions.ts'

function createFrozen() {
  const machine = createFakeClock()
  const chaos = createChaos({ clock: machine })
  const { clock } = chaos.overrides
  if (clock === undefined) throw new Error('no clock')
  const timeline = { baseMs: machine.now(), timeMs: machine.now() + 5000, rate: 0 }
  chaos.impose({ ...CALM, timeline, skewMs: 100 })
  return { machine, chaos, clock, frozenMs: machine.now() + 5100 }
}

describe('a node whose time stands still', () => {
  it('waits for ever', () => {
    const { machine, clock, frozenMs } = createFrozen()
    let isOver = false
    clock.after(3000, () => (isOver = true))
    machine.step(86_400_000)
    expect(isOver).toBe(false)
    expect(clock.now()).toBe(frozenMs)
  })

  it('waits no longer than it was to once it is to stop', () => {
    const { machine, chaos, clock, frozenMs } = createFrozen()
    let isOver = false
    clock.after(3000, () => (isOver = true))
    machine.step(1000)
    chaos.letTimeRun()
    expect(clock.now()).toBe(frozenMs)
    machine.step(2999)
    expect(isOver).toBe(false)
    machine.step(1)
    expect(isOver).toBe(true)
  })
})
