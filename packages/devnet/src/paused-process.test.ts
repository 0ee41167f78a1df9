import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { pauseProcess } from './paused-process.ts'

const PAUSER = fileURLToPath(new URL('../test/pausing-program.ts', import.meta.url))

/** Answers each line with itself. */
function startEcho() {
  const child: ChildProcess = spawn('cat', { stdio: ['pipe', 'pipe', 'inherit'] })
  if (child.stdout === null) throw new Error('no output')
  const lines: string[] = []
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line))
  return {
    pid: child.pid ?? 0,
    lines,
    say: (line: string) => child.stdin?.write(`${line}\n`),
    async hear(): Promise<unknown> {
      if (child.stdout === null) throw new Error('no output')
      return (await once(child.stdout, 'data'))[0]
    },
    [Symbol.dispose]: () => child.kill('SIGKILL'),
  }
}

describe('a paused process', () => {
  it('does nothing until it may go on, and then what it was asked to', async () => {
    using echo = startEcho()
    const heard = echo.hear()
    {
      await using _paused = await pauseProcess(echo.pid)
      echo.say('while paused')
      await once(spawn('true'), 'exit')
      expect(echo.lines).toEqual([])
    }
    await heard
    expect(echo.lines).toEqual(['while paused'])
  })

  it('goes on when the process that paused it is killed', async () => {
    using echo = startEcho()
    const pauser = spawn(process.execPath, [PAUSER, String(echo.pid)], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    await once(pauser, 'message')
    echo.say('while paused')
    const heard = echo.hear()
    pauser.kill('SIGKILL')
    await heard
    expect(echo.lines).toEqual(['while paused'])
  })

  it('may be gone already', async () => {
    const child = spawn('true')
    await once(child, 'exit')
    await using paused = await pauseProcess(child.pid ?? 0)
    expect(paused).toBeDefined()
  })
})
