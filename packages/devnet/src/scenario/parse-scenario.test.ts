import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseScenario } from './parse-scenario.ts'
import { WAIT_MS } from './scenario.ts'

const EXAMPLE = `
# kill three of a swarm while writes go on
network nodes 14 seed example epoch 2s
limit 3m

writes start rate 20 accounts 8
kill 3 of swarm alice       # the receiver's
wait acknowledged 200
start killed
expect lost 0
expect replicas full within 2 epochs
writes stop
expect delivered all
`

function readTasks(text: string) {
  const scenario = parseScenario(text)
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.error))
  return scenario.value.steps.map(({ task }) => task)
}

function readProblems(text: string) {
  const scenario = parseScenario(text)
  return scenario.ok ? [] : scenario.error
}

describe('a scenario', () => {
  it('is its network, its limit and its steps with their lines', () => {
    expect(parseScenario(EXAMPLE)).toEqual({
      ok: true,
      value: {
        network: { nodes: 14, seed: 'example', epochMs: 2000 },
        limitMs: 180_000,
        steps: [
          {
            line: 6,
            text: 'writes start rate 20 accounts 8',
            task: { kind: 'start-writes', perSecond: 20, accounts: 8 },
          },
          {
            line: 7,
            text: 'kill 3 of swarm alice',
            task: {
              kind: 'order',
              order: { action: 'kill', nodes: ['3', 'of', 'swarm', 'alice'] },
            },
          },
          {
            line: 8,
            text: 'wait acknowledged 200',
            task: { kind: 'wait-acknowledged', count: 200, withinMs: WAIT_MS },
          },
          {
            line: 9,
            text: 'start killed',
            task: { kind: 'order', order: { action: 'start', nodes: ['killed'] } },
          },
          { line: 10, text: 'expect lost 0', task: { kind: 'expect-lost', most: 0 } },
          {
            line: 11,
            text: 'expect replicas full within 2 epochs',
            task: { kind: 'expect-replicas', withinMs: 4000 },
          },
          { line: 12, text: 'writes stop', task: { kind: 'stop-writes' } },
          {
            line: 13,
            text: 'expect delivered all',
            task: { kind: 'expect-delivered', withinMs: WAIT_MS },
          },
        ],
      },
    })
  })

  it('needs no more than a step', () => {
    expect(parseScenario('wait 5s\r\n')).toMatchObject({
      ok: true,
      value: { network: { nodes: 12, epochMs: undefined }, limitMs: 300_000 },
    })
  })

  it.each([
    ['restart all', { kind: 'restart', nodes: ['all'] }],
    ['restart 2 of swarm bob', { kind: 'restart', nodes: ['2', 'of', 'swarm', 'bob'] }],
    ['wait 500ms', { kind: 'wait', ms: 500 }],
    ['lag swarm alice 200ms jitter 50ms', lag(['swarm', 'alice'], 200, 50)],
    ['lag 1,2 of', undefined],
    ['drop 1 of all 5%', order({ action: 'drop', nodes: ['1', 'of', 'all'], percent: 5 })],
    ['lie 1 of swarm carol', lie(['1', 'of', 'swarm', 'carol'], true)],
    ['lie swarm carol off', lie(['swarm', 'carol'], false)],
    ['partition 1,2 | 3', order({ action: 'partition', groups: [['1', '2'], ['3']] })],
    ['join', order({ action: 'join' })],
    ['clone 2', order({ action: 'clone', nodes: ['2'] })],
    ['move 1 of all', order({ action: 'move', nodes: ['1', 'of', 'all'] })],
    ['time step 1h', order({ action: 'time', mode: 'step', ms: 3_600_000 })],
  ])('has the step: %s', (text, task) => {
    if (task === undefined) expect(readProblems(text)).toHaveLength(1)
    else expect(readTasks(text)).toEqual([task])
  })

  it.each([
    ['expect failed 3', { kind: 'expect-failed', most: 3 }],
    ['expect acknowledged 100', { kind: 'expect-acknowledged', least: 100 }],
    ['wait acknowledged 5 within 90s', { kind: 'wait-acknowledged', count: 5, withinMs: 90_000 }],
    ['expect delivered all within 5m', { kind: 'expect-delivered', withinMs: 300_000 }],
    ['expect lost 0', { kind: 'expect-lost', most: 0 }],
    ['watch lost', { kind: 'watch-lost' }],
    ['measure moved', { kind: 'measure-moved' }],
    ['delete 5 of alice', { kind: 'delete', count: 5, account: 'alice' }],
    [
      'expect reason 4,6 keyShared within 9s',
      { kind: 'expect-reason', nodes: ['4', '6'], reason: 'keyShared', withinMs: 9000 },
    ],
    [
      'expect reason all none',
      { kind: 'expect-reason', nodes: ['all'], reason: 'none', withinMs: WAIT_MS },
    ],
    [
      'expect state 1 of swarm alice active',
      {
        kind: 'expect-state',
        nodes: ['1', 'of', 'swarm', 'alice'],
        state: 'active',
        withinMs: WAIT_MS,
      },
    ],
    ['expect evidence 1 within 5s', { kind: 'expect-evidence', count: 1, withinMs: 5000 }],
    ['expect epochs frozen for 5s', { kind: 'expect-epochs', moving: false, forMs: 5000 }],
  ])('has, once something is written, the step: %s', (text, task) => {
    expect(readTasks(`writes start rate 1 accounts 2\n${text}`)[1]).toEqual(task)
  })

  it.each([
    ['watch lost', 'expect lost 2 throughout', { kind: 'expect-lost-throughout', most: 2 }],
    ['measure moved', 'expect moved at-most 1.5', { kind: 'expect-moved', atMost: 1.5 }],
    ['partition half', 'store 5 on sides', { kind: 'store-on-sides', count: 5 }],
    ['partition half', 'expect sides full', { kind: 'expect-sides', withinMs: WAIT_MS }],
    ['delete 1 of bob', 'expect deleted gone', { kind: 'expect-deleted', withinMs: WAIT_MS }],
  ])('has, behind %s, the step: %s', (before, text, task) => {
    const writes = 'writes start rate 1 accounts 2\n'
    expect(readTasks(`${writes}${before}\n${text}`)[2]).toEqual(task)
    expect(readProblems(`${writes}${text}\n${before}`).map(({ line }) => line)).toEqual([2])
  })
})

function order(value: object) {
  return { kind: 'order', order: value }
}
function lag(nodes: readonly string[], ms: number, jitterMs: number) {
  return order({ action: 'lag', nodes, ms, jitterMs })
}
function lie(nodes: readonly string[], on: boolean) {
  return order({ action: 'lie', nodes, on })
}

describe('a file that is no scenario', () => {
  it('is answered with all that is wrong, by line', () => {
    const text = 'network nodes 0\nkill\n\n# fine\nwait soon\nexplode all\n'
    expect(readProblems(text)).toEqual([
      { line: 1, message: 'network: a network has 1 to 100 nodes.' },
      { line: 2, message: expect.stringMatching(/^kill: which nodes\?.*\.$/u) as unknown },
      { line: 5, message: expect.stringContaining('soon is no time to wait') as unknown },
      { line: 6, message: 'explode: no step begins so.' },
    ])
  })

  it.each([
    'network nodes 5\nnetwork nodes 5\nwait 1s',
    'wait 1s\nnetwork nodes 5',
    'limit 1m\nlimit 1m\nwait 1s',
    'limit 2h\nwait 1s',
    'limit\nwait 1s',
    'network nodes\nwait 1s',
    'network seed Not_a_word\nwait 1s',
    'network epoch 1ms\nwait 1s',
    'network colour blue\nwait 1s',
    'wait',
    'wait 0',
    'wait 11m',
    'wait 1s 2s',
    'writes',
    'writes begin',
    'writes start',
    'writes start rate 0 accounts 4',
    'writes start rate 201 accounts 4',
    'writes start rate 5 accounts 1',
    'writes start rate 5 accounts 33',
    'writes start rate 5 accounts 4 now',
    'kill 3 of swarm',
    'kill 3 of swarm mallory',
    'kill 0 of all',
    'kill some of all',
    'start killed 3',
    'restart',
    'lag all',
    'join us',
  ])('is refused with one line named: %j', (text) => {
    const problems = readProblems(text)
    expect(problems).toHaveLength(1)
    expect(problems[0]?.line).toBeGreaterThan(0)
    expect(problems[0]?.message).toMatch(/^[a-z]+: .+\.$/u)
  })

  it.each([
    'writes start rate 5 accounts 4',
    'expect',
    'expect peace',
    'expect lost',
    'expect lost few',
    'expect lost 0 1',
    'expect replicas',
    'expect replicas all',
    'expect delivered full',
    'expect replicas full soon',
    'expect replicas full within',
    'expect replicas full within 2 epochs',
    'expect replicas full within 2 moons',
    'wait acknowledged',
    'wait acknowledged many',
    'wait acknowledged 5 within 11m',
    'watch',
    'watch lost messages',
    'measure',
    'measure time',
    'delete',
    'delete 0 of alice',
    'delete 101 of alice',
    'delete 5 of mallory',
    'delete 5 from alice',
    'delete 5 of alice bob',
    'expect deleted',
    'store',
    'store 0 on sides',
    'store 5',
    'store 5 on sides now',
    'expect sides',
    'expect sides all',
    'expect moved 1.5',
    'expect moved at-most',
    'expect moved at-most 0',
    'expect moved at-most -1',
    'expect moved at-most 1.5 times',
    'expect lost 0 always',
    'expect lost throughout',
    'expect reason 4',
    'expect reason 4 tired',
    'expect reason keyShared',
    'expect reason 4 keyShared soon',
    'expect state 4 tired',
    'expect evidence',
    'expect evidence some',
    'expect evidence 1 soon',
    'expect epochs',
    'expect epochs moving',
    'expect epochs slowly for 5s',
  ])('is refused once something is written, too: %j', (text) => {
    const problems = readProblems(`writes start rate 1 accounts 2\n${text}`)
    expect(problems.map(({ line }) => line)).toEqual([2])
  })

  it.each([
    'writes stop',
    'wait acknowledged 5',
    'expect lost 0',
    'expect delivered all',
    'watch lost',
    'measure moved',
    'delete 1 of alice',
  ])('speaks of messages before there are any: %s', (text) => {
    expect(readProblems(text)).toEqual([
      { line: 1, message: expect.stringContaining('nothing is written') as unknown },
    ])
  })

  it.each(['', '\n\n', '# only words\n', 'network nodes 5'])('has no steps: %j', (text) => {
    expect(readProblems(text)).toEqual([{ line: 0, message: 'The file has no steps.' }])
  })

  it('is longer than anybody writes', () => {
    expect(readProblems('wait 1s\n'.repeat(10_000))).toHaveLength(1)
  })

  it('never makes the parser throw', () => {
    const word = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc.constantFrom('network', 'nodes', 'epoch', 'limit', 'writes', 'start', 'rate', 'accounts'),
      fc.constantFrom('wait', 'expect', 'replicas', 'full', 'within', 'epochs', '2', '5s', 'of'),
      fc.constantFrom('kill', 'swarm', 'alice', 'lag', 'all', 'jitter', 'partition', '|', 'time'),
    )
    const line = fc.array(word, { maxLength: 7 }).map((words) => words.join(' '))
    const file = fc.array(line, { maxLength: 6 }).map((lines) => lines.join('\n'))
    fc.assert(
      fc.property(file, (text) => {
        const scenario = parseScenario(text)
        if (scenario.ok) expect(scenario.value.steps.length).toBeGreaterThan(0)
        else expect(scenario.error.length).toBeGreaterThan(0)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is, whatever one character of a good one becomes, another good one or one with sentences', () => {
    const place = fc.integer({ min: 0, max: EXAMPLE.length - 1 })
    fc.assert(
      fc.property(place, fc.string({ minLength: 1, maxLength: 2 }), (index, other) => {
        const text = EXAMPLE.slice(0, index) + other + EXAMPLE.slice(index + 1)
        const scenario = parseScenario(text)
        expect(scenario.ok || scenario.error.every(({ message }) => message !== '')).toBe(true)
      }),
      { numRuns: 10_000 },
    )
  })
})
