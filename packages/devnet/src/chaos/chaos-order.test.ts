import { describe, expect, it } from 'vitest'
import { parseChaosOrder } from './chaos-order.ts'

describe('an order', () => {
  it.each([
    { action: 'kill', nodes: ['node-01'] },
    { action: 'pause', nodes: ['1', '2'] },
    { action: 'join' },
    { action: 'leave', nodes: ['3'] },
    { action: 'partition', groups: [['half']] },
    { action: 'heal' },
    { action: 'lag', nodes: ['all'], ms: 200, jitterMs: 10 },
    { action: 'drop', nodes: ['all'], percent: 0.5 },
    { action: 'skew', nodes: ['1'], ms: -90_000 },
    { action: 'disk-full', nodes: ['1'], on: false },
    { action: 'lie', nodes: ['1'], on: true },
    { action: 'time', mode: 'freeze' },
    { action: 'time', mode: 'step', ms: -5 },
    { action: 'time', mode: 'scale', factor: 0.1 },
  ])('is understood: %j', (order) => {
    expect(parseChaosOrder(order)).toEqual(order)
  })

  it('has defaults for what may be left out', () => {
    expect(parseChaosOrder({ action: 'lie', nodes: ['1'] })).toMatchObject({ on: true })
    expect(parseChaosOrder({ action: 'lag', nodes: ['1'], ms: 5 })).toMatchObject({ jitterMs: 0 })
  })

  it.each([
    [undefined],
    [null],
    ['kill'],
    [{}],
    [{ action: 'explode', nodes: ['1'] }],
    [{ action: 'kill' }],
    [{ action: 'kill', nodes: [] }],
    [{ action: 'kill', nodes: 'node-01' }],
    [{ action: 'partition', groups: [] }],
    [{ action: 'partition', groups: [[]] }],
    [{ action: 'lag', nodes: ['1'], ms: -1 }],
    [{ action: 'lag', nodes: ['1'], ms: 60_001 }],
    [{ action: 'drop', nodes: ['1'], percent: 101 }],
    [{ action: 'skew', nodes: ['1'], ms: 0.5 }],
    [{ action: 'disk-full', nodes: ['1'], on: 'yes' }],
    [{ action: 'time' }],
    [{ action: 'time', mode: 'step' }],
    [{ action: 'time', mode: 'scale', factor: 0 }],
    [{ action: 'time', mode: 'scale', factor: 1001 }],
  ])('is refused with the reason: %j', (order) => {
    expect(parseChaosOrder(order)).toEqual({ problem: expect.stringMatching(/.+: .+/u) as unknown })
  })
})
