/** Scenarios on networks inside this process. What they are for, on real processes, is `e2e/faults`. */
import { describe, expect, it } from 'vitest'
import { createFetchTransport } from '../../test/fetch-transport.ts'
import { parseScenario } from './parse-scenario.ts'
import {
  type ScenarioOptions,
  type ScenarioReport,
  type StepReport,
  runScenario,
} from './run-scenario.ts'

const RUN_MS = 60_000

async function run(text: string, options: Partial<ScenarioOptions> = {}): Promise<ScenarioReport> {
  const scenario = parseScenario(`network nodes 6 seed run\n${text}`)
  if (!scenario.ok) throw new Error(JSON.stringify(scenario.error))
  return runScenario(scenario.value, {
    createTransport: createFetchTransport,
    driver: 'in-process',
    ...options,
  })
}

function listVerdicts({ steps }: ScenarioReport): readonly (readonly [string, boolean])[] {
  return steps.map(({ text, passed }) => [text, passed])
}

function findStep(report: ScenarioReport, text: string): StepReport {
  const step = report.steps.find((candidate) => candidate.text === text)
  if (step === undefined) throw new Error(`no step ${text}`)
  return step
}

describe('a scenario in which all goes well', () => {
  it(
    'passes, with every step, its line and its numbers, as it goes',
    async () => {
      const seen: StepReport[] = []
      const text =
        'writes start rate 10 accounts 3\nwait acknowledged 10\nwrites stop\nexpect failed 0\n' +
        'expect acknowledged 10\nexpect lost 0\nexpect replicas full\nexpect delivered all\n'
      const report = await run(text, { onStep: (step) => seen.push(step) })
      expect(listVerdicts(report).filter(([, passed]) => !passed)).toEqual([])
      expect(report.passed).toBe(true)
      expect(seen).toEqual(report.steps)
      expect(report.steps.map(({ line }) => line)).toEqual([0, 2, 3, 4, 5, 6, 7, 8, 9])
      const acknowledged = report.writes?.acknowledged ?? 0
      expect(acknowledged).toBeGreaterThanOrEqual(10)
      expect(findStep(report, 'expect replicas full').numbers).toEqual({
        acknowledged,
        lost: 0,
        wanted: 6 * acknowledged,
        missing: 0,
      })
      expect(findStep(report, 'expect delivered all').numbers).toEqual({
        acknowledged,
        missing: 0,
        doubled: 0,
      })
    },
    RUN_MS,
  )

  it(
    'does orders, with phrases for nodes',
    async () => {
      const report = await run(
        'stop 2 of swarm alice\nstart stopped\nrestart 1\nlag all 5ms\nheal\nstart killed\ntime step 1h\n',
      )
      expect(report.passed).toBe(true)
      expect(report.steps.map(({ detail }) => detail)).toEqual([
        '6 nodes are ready',
        'node-01, node-02',
        'node-01, node-02',
        'node-01, one after the other',
        'node-01, node-02, node-03, node-04, node-05, node-06',
        '',
        'no nodes',
        '',
      ])
    },
    RUN_MS,
  )
})

describe('a scenario that looks closer', () => {
  it(
    'counts what is deleted, what each side of a partition has, and what was never there',
    async () => {
      const text =
        'writes start rate 10 accounts 2\nwait acknowledged 10\nwrites stop\nwatch lost\nmeasure moved\n' +
        'delete 3 of alice\nexpect deleted gone\npartition half\nstore 2 on sides\n' +
        'expect sides full within 5s\nheal\nwait 2s\nexpect lost 0\nexpect lost 0 throughout\n' +
        'expect moved at-most 999\nexpect evidence 0\nexpect evidence 1 within 1ms\nexpect reason all none\n'
      const report = await run(text)
      const failed = listVerdicts(report).filter(([, passed]) => !passed)
      // Nobody joined, so that nothing had to move, which proves nothing; and nobody lied.
      expect(failed.map(([step]) => step)).toEqual([
        'expect moved at-most 999',
        'expect evidence 1 within 1ms',
      ])
      expect(findStep(report, 'expect deleted gone').numbers).toEqual({ copies: 0, deleted: 3 })
      expect(findStep(report, 'store 2 on sides').numbers).toEqual({ taken: 4, wanted: 4 })
      expect(findStep(report, 'expect sides full within 5s').numbers).toEqual({
        messages: 4,
        missing: 0,
      })
      expect(findStep(report, 'expect lost 0').numbers).toMatchObject({
        acknowledged: (report.writes?.acknowledged ?? 0) - 3 + 4,
      })
      expect(findStep(report, 'expect lost 0 throughout').numbers['looks']).toBeGreaterThan(0)
      expect(findStep(report, 'expect moved at-most 999').numbers['minimumBytes']).toBe(0)
    },
    RUN_MS,
  )

  it(
    'sees a side that does not give its members what one of them took',
    async () => {
      const text =
        'writes start rate 1 accounts 2\nwrites stop\npartition 1,2 | 3,4,5,6\nlie 2\n' +
        'store 1 on sides\nexpect sides full within 1ms\nheal\n'
      const report = await run(text)
      expect(findStep(report, 'expect sides full within 1ms')).toMatchObject({
        passed: false,
        numbers: { messages: 2, missing: 1 },
      })
    },
    RUN_MS,
  )

  it(
    'cannot delete what nobody got',
    async () => {
      const report = await run('writes start rate 1 accounts 2\ndelete 100 of alice\n')
      expect(report.steps.at(-1)?.passed).toBe(false)
      expect(report.steps.at(-1)?.detail).toMatch(/^alice has got only \d+ messages\.$/u)
    },
    RUN_MS,
  )
})

describe('a scenario in which messages get lost', () => {
  it(
    'fails at each expectation, goes on to the next, and counts',
    async () => {
      const text =
        'lie all\nwrites start rate 10 accounts 2\nwait acknowledged 5\nwrites stop\nexpect lost 0\n' +
        'expect replicas full within 1s\nexpect delivered all within 1s\nexpect failed 0\n'
      const report = await run(text)
      expect(report.passed).toBe(false)
      const acknowledged = report.writes?.acknowledged ?? 0
      expect(findStep(report, 'expect lost 0')).toMatchObject({
        passed: false,
        numbers: { acknowledged, lost: acknowledged },
      })
      expect(findStep(report, 'expect replicas full within 1s')).toMatchObject({
        passed: false,
        numbers: { missing: 6 * acknowledged },
      })
      expect(findStep(report, 'expect delivered all within 1s')).toMatchObject({
        passed: false,
        numbers: { missing: acknowledged, doubled: 0 },
      })
      expect(findStep(report, 'expect failed 0').passed).toBe(true)
    },
    RUN_MS,
  )

  it(
    'tells a member that lacks copies from a loss',
    async () => {
      const text =
        'lie 1\nwrites start rate 10 accounts 2\nwait acknowledged 5\nwrites stop\nexpect lost 0\n' +
        'expect replicas full within 1s\nexpect delivered all\n'
      const report = await run(text)
      const acknowledged = report.writes?.acknowledged ?? 0
      expect(findStep(report, 'expect lost 0').passed).toBe(true)
      expect(findStep(report, 'expect replicas full within 1s')).toMatchObject({
        passed: false,
        numbers: { missing: acknowledged },
      })
      expect(findStep(report, 'expect delivered all').passed).toBe(true)
    },
    RUN_MS,
  )
})

describe('a scenario that cannot go on', () => {
  it.each([
    ['a node that is not there', 'kill node-99', 'No node is called node-99'],
    ['more nodes than there are', 'stop 7 of all', 'Only 6 of them are ready'],
    ['an order that is refused', 'pause 1', 'cannot be paused'],
  ])(
    'ends at %s, with the reason',
    async (_name, line, reason) => {
      const report = await run(`${line}\nwait 1ms\n`)
      expect(report.passed).toBe(false)
      expect(listVerdicts(report)).toEqual([
        ['network nodes 6', true],
        [line, false],
      ])
      expect(report.steps[1]?.detail).toContain(reason)
    },
    RUN_MS,
  )

  it(
    'ends when a wait was in vain',
    async () => {
      const report = await run(
        'writes start rate 1 accounts 2\nwait acknowledged 1000 within 500ms\nwait 1ms\n',
      )
      expect(listVerdicts(report).at(-1)).toEqual(['wait acknowledged 1000 within 500ms', false])
    },
    RUN_MS,
  )

  it(
    'ends at its limit, in the middle of a step',
    async () => {
      const report = await run('limit 1500ms\nwait 10m\nwait 1ms\n')
      expect(report.steps.at(-1)).toMatchObject({
        text: 'wait 10m',
        passed: false,
        detail: 'the limit of 1500 ms is over',
      })
    },
    RUN_MS,
  )

  it(
    'ends when it is interrupted',
    async () => {
      const interrupted = Promise.withResolvers<void>()
      const report = await run('wait 1ms\nwait 10m\nwait 1ms\n', {
        interrupted: interrupted.promise,
        onStep: ({ text }) => text === 'wait 1ms' && interrupted.resolve(),
      })
      expect(report.steps.at(-1)).toMatchObject({ text: 'wait 10m', detail: 'interrupted' })
    },
    RUN_MS,
  )

  it(
    'ends before it began when its network does not start',
    async () => {
      const driver = { startNode: () => Promise.reject(new Error('no room')) }
      await expect(run('wait 1ms\n', { driver })).rejects.toThrow('no room')
    },
    RUN_MS,
  )
})
