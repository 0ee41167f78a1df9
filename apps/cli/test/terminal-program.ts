/**
 * Runs the real program at a terminal of its own: `script` makes the terminal, a screen follows what is drawn.
 *
 * @module
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { type ScreenSize, TerminalScreen } from './terminal-screen.ts'

const PROGRAM = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const PATIENCE = { timeout: 30_000, interval: 100 }

function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`
}

export class TerminalProgram implements AsyncDisposable {
  readonly screen: TerminalScreen
  readonly #child: ChildProcessWithoutNullStreams
  readonly #closed: Promise<unknown>

  constructor(
    options: readonly string[],
    size: ScreenSize = { columns: 80, rows: 24 },
    environment: readonly `${string}=${string}`[] = [],
  ) {
    this.screen = new TerminalScreen(size)
    const words = ['env', ...environment, process.execPath, PROGRAM, ...options]
      .map(quote)
      .join(' ')
    const command = `stty cols ${size.columns} rows ${size.rows} && exec ${words}`
    this.#child = spawn('script', ['-qefc', command, '/dev/null'])
    this.#closed = once(this.#child, 'close')
    this.#child.stdout.setEncoding('utf8').on('data', (output: string) => {
      this.screen.write(output)
    })
  }

  /** As the keyboard sends it. */
  type(keys: string): void {
    this.#child.stdin.write(keys)
  }

  /** A line and Enter. */
  enter(line: string): void {
    this.type(`${line}\r`)
  }

  async until(pattern: RegExp): Promise<void> {
    await expect.poll(() => this.screen.text, PATIENCE).toMatch(pattern)
  }

  /** Resolves with the exit code. */
  async end(): Promise<number | null> {
    await this.#closed
    return this.#child.exitCode
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null) this.#child.kill()
    await this.#closed
  }
}
