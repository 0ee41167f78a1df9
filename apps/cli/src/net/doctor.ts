/**
 * `sotto net doctor`: looks at everything that a local network needs and says what to do where it is missing.
 *
 * It changes nothing and starts nothing.
 *
 * @module
 */

import { constants } from 'node:fs'
import { access, mkdir } from 'node:fs/promises'
import { availableParallelism, totalmem } from 'node:os'
import { findTakenPorts } from '@sotto/devnet/port-plan'
import { findRunningNetwork } from './running-network.ts'

const NODE_MAJOR_MIN = 24
/** What an idle node takes, rounded up; measured with the benchmark of idle nodes. */
const NODE_MEMORY_BYTES = 100 * 1024 * 1024
const DOCKER_SOCKET = '/var/run/docker.sock'

export interface DoctorOptions {
  readonly statePath: string
  readonly basePort: number
  readonly nodes: number
}

export interface Finding {
  readonly name: string
  /** `note` is something that a local network can do without. */
  readonly verdict: 'ok' | 'note' | 'problem'
  /** What was found and, unless all is well, what to do. */
  readonly detail: string
}

function examineNode(): Finding {
  const version = process.versions.node
  const [major = '0'] = version.split('.')
  return Number(major) >= NODE_MAJOR_MIN
    ? { name: 'Node', verdict: 'ok', detail: version }
    : {
        name: 'Node',
        verdict: 'problem',
        detail: `${version} is older than ${NODE_MAJOR_MIN}; start through \`pnpm sotto\`, which brings its own Node.`,
      }
}

async function examineNative(name: string, load: () => Promise<unknown>): Promise<Finding> {
  try {
    await load()
    return { name, verdict: 'ok', detail: 'loads' }
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error)
    return {
      name,
      verdict: 'problem',
      detail: `does not load (${reason}); run \`npx --yes pnpm@12 install\` again on this machine.`,
    }
  }
}

async function examineState(path: string): Promise<Finding> {
  const name = 'State'
  try {
    await mkdir(path, { recursive: true })
    await access(path, constants.W_OK)
  } catch {
    return {
      name,
      verdict: 'problem',
      detail: `${path} cannot be written; set SOTTO_STATE to a directory of yours.`,
    }
  }
  const owner = await findRunningNetwork(path)
  return {
    name,
    verdict: 'ok',
    detail: owner === undefined ? `${path}, not in use` : `${path}, in use by process ${owner.pid}`,
  }
}

async function examinePorts(options: DoctorOptions): Promise<Finding> {
  const name = 'Ports'
  const { basePort, nodes } = options
  if ((await findRunningNetwork(options.statePath)) !== undefined) {
    return { name, verdict: 'ok', detail: 'held by the network that runs on this state' }
  }
  const taken = await findTakenPorts(basePort, { nodes, files: 1, previews: 1 })
  const [first] = taken
  if (first === undefined) return { name, verdict: 'ok', detail: `free from ${basePort} on` }
  return {
    name,
    verdict: 'problem',
    detail: `${first} is in use by another program; choose another range with --base-port.`,
  }
}

function examineMachine(nodes: number): Finding {
  const cores = availableParallelism()
  const memory = totalmem()
  const detail = `${cores} cores, ${Math.round(memory / 1024 ** 3)} GiB of memory`
  return memory >= nodes * NODE_MEMORY_BYTES
    ? { name: 'Machine', verdict: 'ok', detail }
    : {
        name: 'Machine',
        verdict: 'note',
        detail: `${detail}; that is little for ${nodes} nodes, try --nodes 8.`,
      }
}

async function examineDocker(): Promise<Finding> {
  const name = 'Docker'
  try {
    await access(DOCKER_SOCKET, constants.R_OK | constants.W_OK)
    return { name, verdict: 'ok', detail: 'an engine is here; the container tests can run' }
  } catch {
    return {
      name,
      verdict: 'note',
      detail: 'no engine; only the container tests need one (Debian: apt-get install docker.io).',
    }
  }
}

/** All findings, in the order in which to repair them. */
export async function examineMachineForNetwork(
  options: DoctorOptions,
): Promise<readonly Finding[]> {
  const findings = await Promise.all([
    examineNative('sodium-native', () => import('@sotto/crypto/backend/native')),
    examineNative('better-sqlite3', async () => {
      const { default: Database } = await import('better-sqlite3')
      new Database(':memory:').close()
    }),
    examineState(options.statePath),
    examinePorts(options),
    examineDocker(),
  ])
  return [examineNode(), examineMachine(options.nodes), ...findings]
}

const MARKS: Record<Finding['verdict'], string> = { ok: 'ok  ', note: 'note', problem: 'FAIL' }
const NAME_WIDTH = 15

/** The findings as a table for a person. */
export function composeDiagnosis(findings: readonly Finding[]): string {
  const lines = findings.map(
    ({ name, verdict, detail }) => `  ${MARKS[verdict]}  ${name.padEnd(NAME_WIDTH)} ${detail}`,
  )
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length
  const summary =
    problems === 0
      ? 'Nothing stands in the way of a local network.'
      : `${problems} to repair before a local network can start.`
  return [...lines, summary].join('\n')
}
