import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logFileOf } from '@sotto/devnet/state-directory'
import { describe, expect, it } from 'vitest'
import { LogReader, selectLogs } from './logs.ts'
import { showLogs } from './show-logs.ts'

async function createState(
  logs: Readonly<Record<string, string>>,
): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-logs-'))
  await mkdir(join(path, 'logs'))
  for (const [name, text] of Object.entries(logs)) await writeFile(logFileOf(path, name), text)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

describe('logs', () => {
  it('shows the last lines of each node, with its name', async () => {
    await using state = await createState({ 'node-01': 'a\nb\nc\n', 'node-02': 'd\n' })
    const shown: string[] = []
    const choices = { name: undefined, lines: 2, follow: false }
    await showLogs(state.path, choices, (line) => shown.push(line))
    expect(shown).toEqual(['node-01 | b', 'node-01 | c', 'node-02 | d'])
  })

  it('shows one node as it wrote', async () => {
    await using state = await createState({ 'node-01': 'a\n', 'node-02': 'd\n' })
    const shown: string[] = []
    const choices = { name: 'node-02', lines: 2, follow: false }
    await showLogs(state.path, choices, (line) => shown.push(line))
    expect(shown).toEqual(['d'])
  })

  it('names the logs that exist when asked for another', async () => {
    await using state = await createState({ 'node-01': '' })
    await expect(selectLogs(state.path, 'node-9')).rejects.toThrow(/node-9; there are node-01/u)
  })

  it('has nothing to show before the first start', async () => {
    expect(await selectLogs(join(tmpdir(), 'sotto-absent'))).toEqual([])
    await expect(selectLogs(join(tmpdir(), 'sotto-absent'), 'x')).rejects.toThrow(/none yet/u)
  })

  it('reads on where it stopped, whole lines only', async () => {
    await using state = await createState({ 'node-01': 'first\nhal' })
    const reader = new LogReader(state.path, 'node-01')
    expect(await reader.readNewLines()).toEqual(['first'])
    await appendFile(logFileOf(state.path, 'node-01'), 'f\n')
    expect(await reader.readNewLines()).toEqual(['half'])
    await truncate(logFileOf(state.path, 'node-01'))
    await appendFile(logFileOf(state.path, 'node-01'), 'new\n')
    expect(await reader.readNewLines()).toEqual(['new'])
  })
})
