import { describe, expect, it } from 'vitest'
import { writeMetrics } from './metrics-text.ts'

describe('writeMetrics', () => {
  it('writes help and type before the samples, and a line break at the end', () => {
    const text = writeMetrics([
      {
        name: 'tests_total',
        help: 'Tests.',
        type: 'counter',
        samples: [
          { labels: { result: 'passed', proto: 'https' }, value: 3 },
          { labels: { result: 'failed' }, value: 0 },
        ],
      },
      { name: 'age_seconds', help: 'Age.', type: 'gauge', samples: [{ value: 1.5 }] },
    ])
    expect(text).toBe(
      [
        '# HELP tests_total Tests.',
        '# TYPE tests_total counter',
        'tests_total{result="passed",proto="https"} 3',
        'tests_total{result="failed"} 0',
        '# HELP age_seconds Age.',
        '# TYPE age_seconds gauge',
        'age_seconds 1.5',
        '',
      ].join('\n'),
    )
  })

  it('leaves out what was not measured', () => {
    expect(writeMetrics([{ name: 'a', help: 'A.', type: 'gauge', samples: [] }])).toBe('')
  })

  it('lets no value end its label or its line', () => {
    const labels = { name: 'a"} 1\nother{x="\\' }
    const text = writeMetrics([
      { name: 'a', help: 'one\ntwo\\', type: 'gauge', samples: [{ labels, value: 1 }] },
    ])
    expect(text).toBe(
      '# HELP a one\\ntwo\\\\\n# TYPE a gauge\na{name="a\\"} 1\\nother{x=\\"\\\\"} 1\n',
    )
  })
})
