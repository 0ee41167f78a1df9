import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Finding, composeDiagnosis, examineMachineForNetwork } from './doctor.ts'

async function createScratch(): Promise<AsyncDisposable & { path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'sotto-doctor-'))
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) }
}

function find(findings: readonly Finding[], name: string): Finding | undefined {
  return findings.find((finding) => finding.name === name)
}

describe('doctor', () => {
  it('finds that this machine, which runs the tests, can run a network', async () => {
    await using scratch = await createScratch()
    const options = { statePath: join(scratch.path, 'net'), basePort: 0, nodes: 12 }
    const findings = await examineMachineForNetwork(options)
    expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([])
    expect(findings.map(({ name }) => name)).toEqual([
      'Node',
      'Machine',
      'sodium-native',
      'better-sqlite3',
      'State',
      'Ports',
      'Docker',
    ])
  })

  it('names a port that is taken and the option that helps', async () => {
    await using scratch = await createScratch()
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const options = { statePath: scratch.path, basePort: port, nodes: 0 }
    const finding = find(await examineMachineForNetwork(options), 'Ports')
    expect(finding?.verdict).toBe('problem')
    expect(finding?.detail).toMatch(new RegExp(`^${port} .*--base-port`, 'u'))
    other.close()
  })

  it('says what to set when the state cannot be written', async () => {
    await using scratch = await createScratch()
    await writeFile(join(scratch.path, 'file'), '')
    const options = { statePath: join(scratch.path, 'file', 'net'), basePort: 0, nodes: 1 }
    const finding = find(await examineMachineForNetwork(options), 'State')
    expect(finding?.verdict).toBe('problem')
    expect(finding?.detail).toContain('SOTTO_STATE')
  })

  it('ends with one line that says whether anything is in the way', () => {
    const ok: Finding = { name: 'Node', verdict: 'ok', detail: '24' }
    const bad: Finding = { name: 'Ports', verdict: 'problem', detail: '1 is in use' }
    expect(composeDiagnosis([ok])).toMatch(/Nothing stands in the way/u)
    expect(composeDiagnosis([ok, bad])).toMatch(/FAIL {2}Ports .*\n1 to repair/u)
  })
})
