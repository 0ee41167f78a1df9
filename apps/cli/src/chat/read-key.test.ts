/** Keys as Node reads them from a terminal, from the bytes that terminals send. */
import { emitKeypressEvents, type Key as PressedKey } from 'node:readline'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import type { Key } from './effect.ts'
import { createKeyReader } from './read-key.ts'

/** What comes of bytes. A lone escape is known only after a while, so the stream ends with a key. */
async function read(...chunks: readonly string[]): Promise<readonly Key[]> {
  const input = new PassThrough()
  const reader = createKeyReader()
  const keys: Key[] = []
  emitKeypressEvents(input)
  input.on('keypress', (text: string | undefined, pressed: PressedKey) => {
    const key = reader.read(text, pressed)
    if (key !== undefined) keys.push(key)
  })
  for (const chunk of chunks) input.write(chunk)
  await new Promise((resolve) => setImmediate(resolve))
  return keys
}

function press(name: string): object {
  return { kind: 'press', name }
}

describe('a key', () => {
  it.each([
    ['\r', 'send'],
    ['\n', 'newline'],
    ['\u001B\r', 'newline'],
    ['\t', 'next'],
    ['\u001B[Z', 'previous'],
    ['\u001B[A', 'previous'],
    ['\u001BOB', 'next'],
    ['\u001B[5~', 'pageUp'],
    ['\u001B[6~', 'pageDown'],
    ['\u0003', 'leave'],
    ['\u0010', 'markUp'],
    ['\u000E', 'markDown'],
    ['\u0013', 'save'],
    ['\u001B[3~', 'delete'],
    ['\u007F', 'backspace'],
    ['\u0015', 'clear'],
    ['\u001A', 'suspend'],
  ])('%j means %s', async (bytes, name) => {
    expect(await read(bytes)).toEqual([press(name)])
  })

  it.each(['\u001B[15~', '\u0007', '\u001Bx', '\u001B[1;5C', '\u0000'])(
    'that means nothing writes nothing: %j',
    async (bytes) => {
      expect(await read(bytes)).toEqual([])
    },
  )

  it('is text, also outside of the basic plane', async () => {
    expect(await read('é🎉')).toEqual([
      { kind: 'text', text: 'é' },
      { kind: 'text', text: '🎉' },
    ])
  })
})

describe('a paste', () => {
  it('is one text whose line breaks send nothing', async () => {
    const keys = await read('\u001B[200~one\rtwo\u0003', 'three\u001B[201~', '\r')
    expect(keys).toEqual([{ kind: 'text', text: 'one\rtwo\u0003three' }, press('send')])
  })

  it('is not kept without end', async () => {
    const [key] = await read(`\u001B[200~${'x'.repeat(100_000)}\u001B[201~`)
    expect(key).toEqual({ kind: 'text', text: 'x'.repeat(20_000) })
  })
})
