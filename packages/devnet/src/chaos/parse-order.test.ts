import { err, ok } from '@sotto/crypto/result'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseChaosOrder } from './chaos-order.ts'
import { parseDuration } from './parse-duration.ts'
import { isOrderAction, parseOrder } from './parse-order.ts'

function parse(line: string) {
  const [action = '', ...words] = line.split(' ').filter(Boolean)
  if (!isOrderAction(action)) throw new Error(`no action ${action}`)
  return parseOrder(action, words)
}

describe('a length of time', () => {
  it.each([
    ['200', 200],
    ['200ms', 200],
    ['1.5s', 1500],
    ['-2m', -120_000],
    ['+3h', 10_800_000],
    ['14d', 1_209_600_000],
    ['0', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms)
  })

  it.each(['', 's', '1 s', '1e3', '0x10', '1.s', '--1', '1w', 'NaN', '999999999999999d'])(
    'is not %s',
    (text) => {
      expect(parseDuration(text)).toBeUndefined()
    },
  )
})

describe('orders in words', () => {
  it.each([
    ['kill node-03', { action: 'kill', nodes: ['node-03'] }],
    ['start 1,2 half', { action: 'start', nodes: ['1', '2', 'half'] }],
    ['join', { action: 'join' }],
    ['move 1,2', { action: 'move', nodes: ['1', '2'] }],
    ['clone node-05', { action: 'clone', nodes: ['node-05'] }],
    ['leave 4', { action: 'leave', nodes: ['4'] }],
    [
      'partition 1,2 | 3,4',
      {
        action: 'partition',
        groups: [
          ['1', '2'],
          ['3', '4'],
        ],
      },
    ],
    ['partition 1 2|3', { action: 'partition', groups: [['1', '2'], ['3']] }],
    [
      'partition 1,2 3,4',
      {
        action: 'partition',
        groups: [
          ['1', '2'],
          ['3', '4'],
        ],
      },
    ],
    ['partition half', { action: 'partition', groups: [['half']] }],
    ['heal', { action: 'heal' }],
    ['lag all 200', { action: 'lag', nodes: ['all'], ms: 200, jitterMs: 0 }],
    ['lag 1 2 1s jitter 50ms', { action: 'lag', nodes: ['1', '2'], ms: 1000, jitterMs: 50 }],
    ['drop 3 2.5%', { action: 'drop', nodes: ['3'], percent: 2.5 }],
    ['drop 3 0', { action: 'drop', nodes: ['3'], percent: 0 }],
    ['skew 2 -90s', { action: 'skew', nodes: ['2'], ms: -90_000 }],
    ['disk-full 2', { action: 'disk-full', nodes: ['2'], on: true }],
    ['disk-full all off', { action: 'disk-full', nodes: ['all'], on: false }],
    ['lie 2 off', { action: 'lie', nodes: ['2'], on: false }],
    ['time freeze', { action: 'time', mode: 'freeze' }],
    ['time step -1h', { action: 'time', mode: 'step', ms: -3_600_000 }],
    ['time scale 60', { action: 'time', mode: 'scale', factor: 60 }],
  ])('%s', (line, order) => {
    expect(parse(line)).toEqual(ok(order))
  })

  it.each([
    'kill',
    'join 3',
    'heal all',
    'partition',
    'partition 1 |',
    'partition | 1',
    'lag',
    'lag all',
    'lag 200ms',
    'lag all soon',
    'lag all 2h',
    'lag all 200ms jitter',
    'lag all 200ms jitter some',
    'lag all jitter 20ms',
    'drop all',
    'drop all 101',
    'drop all -1',
    'skew 2',
    'skew 2 soon',
    'lie off',
    'time',
    'time backwards',
    'time freeze 5',
    'time step',
    'time step soon',
    'time scale 0',
    'time scale -1',
    'time scale 2 3',
  ])('that cannot be understood are answered with a sentence: %s', (line) => {
    const [action] = line.split(' ')
    expect(parse(line)).toEqual(err(expect.stringMatching(new RegExp(`^${action}: .+\\.$`, 'u'))))
  })

  it('are total, and what they give is what the endpoint takes', () => {
    const words = fc.array(
      fc.oneof(fc.string(), fc.constantFrom('all', '1', '|', 'off', 'jitter', '5s', 'step', '9%')),
      { maxLength: 6 },
    )
    const action = fc.constantFrom('kill', 'partition', 'lag', 'drop', 'skew', 'lie', 'time')
    fc.assert(
      fc.property(action, words, (name, rest) => {
        if (!isOrderAction(name)) throw new Error('no action')
        const order = parseOrder(name, rest)
        if (order.ok) expect(parseChaosOrder(order.value)).toEqual(order.value)
        else expect(order.error.length).toBeGreaterThan(0)
      }),
      { numRuns: 10_000 },
    )
  })

  it.each(['explode', '__proto__', 'constructor', ''])('have no action %s', (action) => {
    expect(isOrderAction(action)).toBe(false)
  })
})
