/** What a typed line means. */
import { describe, expect, it } from 'vitest'
import { describeCommand, listCommands, parseTyped } from './slash-command.ts'

describe('a typed line', () => {
  it.each(['hello', '', ' /quit', 'and/or', 'a\n/quit'])('%j is a text', (text) => {
    expect(parseTyped(text)).toEqual({ kind: 'text', text })
  })

  it('that begins with two slashes is a text that begins with one', () => {
    expect(parseTyped('//quit')).toEqual({ kind: 'text', text: '/quit' })
  })

  it.each([
    ['/quit', 'quit', ''],
    ['/QUIT  ', 'quit', ''],
    ['/exit', 'quit', ''],
    ['/react 🎉', 'react', '🎉'],
    ['/search two words', 'search', 'two words'],
    ['/edit one\ntwo', 'edit', 'one\ntwo'],
    ['/timer', 'timer', ''],
    ['/timer send 1d', 'timer', 'send 1d'],
  ])('%j is a command', (line, name, rest) => {
    expect(parseTyped(line)).toEqual({ kind: 'command', name, rest })
  })

  it.each(['/', '/constructor', '/toString', '/sned', '/react', '/edit  ', '/to', '/search'])(
    '%j is wrong and is not sent to anybody',
    (line) => {
      expect(parseTyped(line).kind).toBe('wrong')
    },
  )
})

describe('the page of help', () => {
  it('has each command in a width that fits sixty columns', () => {
    const described = listCommands().map(describeCommand)
    expect(described.map(([name]) => name.split(' ')[0])).toContain('/accept')
    for (const [name, about] of described) {
      expect(name.length).toBeLessThanOrEqual(19)
      expect(about.length).toBeLessThanOrEqual(38)
      expect(parseTyped(name.replace(/ [A-Z]+$/u, ' x')).kind).toBe('command')
    }
  })
})
