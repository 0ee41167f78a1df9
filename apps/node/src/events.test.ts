/** What a node says about itself. */
import { describe, expect, it } from 'vitest'
import { createNodeEvents, type NodeEvents } from './events.ts'

function record(level: Parameters<typeof createNodeEvents>[0], say: (events: NodeEvents) => void) {
  const lines: string[] = []
  say(createNodeEvents(level, { write: (line: string) => void lines.push(line) }))
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>)
}

describe('createNodeEvents', () => {
  it('writes the lines that whoever starts a node waits for', () => {
    const lines = record('info', (events) => {
      events.listening({ https: 1, web: 2, peer: 3 })
      events.ready()
    })
    expect(lines).toMatchObject([
      { event: 'listening', https: 1, web: 2, peer: 3 },
      { event: 'ready' },
    ])
  })

  it('writes every event with its name', () => {
    const lines = record('trace', (events) => {
      events.directoryLoaded(12, 7)
      events.directoryReread()
      events.directoryRefused('directory_signature')
      events.notListed()
      events.strangerRefused()
      events.linkOpened(new Uint8Array(32), 'self')
      events.linkClosed(new Uint8Array(32))
      events.dialFailed(new Uint8Array(32), 'wrong_key')
      events.stopping()
      events.stopped()
    })
    expect(lines.map(({ event }) => event)).toEqual([
      'directory_loaded',
      'directory_reread',
      'directory_refused',
      'not_listed',
      'stranger_refused',
      'link_opened',
      'link_closed',
      'dial_failed',
      'stopping',
      'stopped',
    ])
  })

  it('tells where a mistake happened, and not what its message says', () => {
    const [line] = record('info', (events) =>
      events.mistake(new TypeError('05abc is not a function')),
    )
    expect(line).toMatchObject({ event: 'mistake', error: 'TypeError' })
    expect(JSON.stringify(line)).not.toContain('05abc')
    expect(String(line?.['at'])).toContain('events.test.ts')
  })

  it.each([[undefined], ['a text from outside'], [{ message: 'x' }], [null]])(
    'survives that %j is thrown',
    (error) => {
      const [line] = record('info', (events) => events.mistake(error))
      expect(line).toMatchObject({ event: 'mistake', at: '' })
      expect(JSON.stringify(line)).not.toContain('outside')
    },
  )

  it('is silent below its level', () => {
    const say = (events: NodeEvents): void => {
      events.ready()
      events.strangerRefused()
    }
    expect(record('info', say)).toHaveLength(1)
    expect(record('error', say)).toHaveLength(0)
    expect(record('silent', say)).toHaveLength(0)
  })
})
