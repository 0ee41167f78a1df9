/**
 * The terminal itself: keys come one by one, the screen is ours until we leave, and whatever happens it is given back as it was.
 *
 * @module
 */
import { emitKeypressEvents, type Key as PressedKey } from 'node:readline'
import type { ReadStream, WriteStream } from 'node:tty'
import { systemClock } from '@sotto/client-node/clock'
import type { Cancel } from '@sotto/protocol/clock'
import { CliError } from '../errors.ts'
import type { Key } from './effect.ts'
import type { Size } from './frame.ts'
import { createKeyReader } from './read-key.ts'

export interface TerminalListener {
  readonly onKey: (key: Key) => void
  /** Also when it was somebody else's for a while. */
  readonly onChange: (size: Size) => void
}

export interface Terminal extends Disposable {
  readonly size: Size
  write(text: string): void
  /** Ctrl-Z: the shell has the terminal until it lets us go on. */
  suspend(): void
}

export interface TerminalStreams {
  readonly input: ReadStream
  readonly output: WriteStream
}

// A screen of its own, no wrapping at the right edge, pastes in brackets.
const ENTER = '\u001B[?1049h\u001B[?7l\u001B[?2004h\u001B[2J'
const LEAVE = '\u001B[?2004l\u001B[?7h\u001B[?25h\u001B[0m\u001B[?1049l'

/** Where no shell waits, nobody stops us, and we go on by ourselves. */
const SUSPENDED_MS = 200
/** A terminal that does not say how large it is. */
const USUAL: Size = { columns: 80, rows: 24 }

/** Throws for a pipe or a file. */
export function findTerminal(isDumb: boolean): TerminalStreams {
  const { stdin: input, stdout: output } = process
  if (input.isTTY && output.isTTY && !isDumb) return { input, output }
  const message = isDumb
    ? 'sotto chat draws on the whole terminal; this one (TERM=dumb) cannot do that.'
    : 'sotto chat needs a terminal to draw on and to read keys from; scripts use send, read and list.'
  throw new CliError('usage', message)
}

export function openTerminal(
  { input, output }: TerminalStreams,
  listener: TerminalListener,
): Terminal {
  const reader = createKeyReader()
  const onPress = (text: string | undefined, pressed: PressedKey): void => {
    const key = reader.read(text, pressed)
    if (key !== undefined) listener.onKey(key)
  }
  let isOurs = false
  let cancelReturn: Cancel | undefined
  const enter = (): void => {
    isOurs = true
    input.setRawMode(true)
    input.resume()
    output.write(ENTER)
  }
  const leave = (): void => {
    isOurs = false
    output.write(LEAVE)
    input.setRawMode(false)
    input.pause()
  }
  const onResize = (): void => {
    listener.onChange(readSize(output))
  }
  const onContinue = (): void => {
    enter()
    onResize()
  }
  emitKeypressEvents(input)
  input.on('keypress', onPress)
  output.on('resize', onResize)
  process.on('SIGCONT', onContinue)
  // A mistake of ours must not leave a shell without echo.
  process.once('exit', leave)
  enter()
  return {
    get size() {
      return readSize(output)
    },
    write: (text) => void output.write(text),
    suspend() {
      leave()
      cancelReturn = systemClock.after(SUSPENDED_MS, () => {
        if (!isOurs) onContinue()
      })
      process.kill(process.pid, 'SIGTSTP')
    },
    [Symbol.dispose]() {
      cancelReturn?.()
      input.off('keypress', onPress)
      output.off('resize', onResize)
      process.off('SIGCONT', onContinue)
      process.off('exit', leave)
      leave()
    },
  }
}

function readSize({ columns, rows }: WriteStream): Size {
  return columns > 0 && rows > 0 ? { columns, rows } : USUAL
}
