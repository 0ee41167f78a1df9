/**
 * Starts Debian's `tor` as a private network on loopback and waits until its client reports a built
 * circuit. Talks to nothing outside the machine. Needs `tor` and `tor-gencert` in PATH.
 *
 * @module
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  writeAuthorityConfig,
  writeClientConfig,
  type TorNode,
  type TorScheduler,
} from './tor-config.ts'

const AUTHORITIES = 3
const BOOTSTRAP_LIMIT_MS = 120_000

async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function createNode(root: string, index: number): Promise<TorNode> {
  const directory = join(root, `authority${index}`)
  mkdirSync(join(directory, 'keys'), { recursive: true, mode: 0o700 })
  const [orPort, dirPort] = [await findFreePort(), await findFreePort()]
  return { name: `authority${index}`, directory, orPort, dirPort }
}

/** Makes the authority's long-term keys and returns its `DirAuthority` line. */
function createAuthorityLine(node: TorNode): string {
  const keys = join(node.directory, 'keys')
  execFileSync(
    'tor-gencert',
    [
      '--create-identity-key',
      '-m',
      '12',
      '-a',
      `127.0.0.1:${node.dirPort}`,
      '--passphrase-fd',
      '0',
    ],
    { cwd: keys, input: 'benchmark\n', stdio: ['pipe', 'ignore', 'ignore'] },
  )
  const certificate = readFileSync(join(keys, 'authority_certificate'), 'utf8')
  const identity = /^fingerprint ([0-9A-F]{40})/m.exec(certificate)?.[1] ?? ''
  const config = join(node.directory, 'fingerprint-torrc')
  writeFileSync(
    config,
    writeAuthorityConfig(node, { scheduler: 'KIST', authorities: [dummyLine(node)] }),
  )
  const listed = execFileSync('tor', ['-f', config, '--list-fingerprint', '--quiet'], {
    encoding: 'utf8',
  })
  const fingerprint = listed.trim().split(' ').slice(1).join('')
  return `DirAuthority ${node.name} orport=${node.orPort} v3ident=${identity} 127.0.0.1:${node.dirPort} ${fingerprint}`
}

/** An authority refuses to start without any list of authorities, even to print its fingerprint. */
function dummyLine({ name, orPort, dirPort }: TorNode): string {
  const zeros = '0'.repeat(40)
  return `DirAuthority ${name} orport=${orPort} v3ident=${zeros} 127.0.0.1:${dirPort} ${zeros}`
}

function startTor(config: string): ChildProcess {
  return spawn('tor', ['-f', config], { stdio: ['ignore', 'pipe', 'ignore'] })
}

async function waitForCircuits(client: ChildProcess): Promise<void> {
  if (client.stdout === null) throw new Error('tor has no output')
  const lines = createInterface({
    input: client.stdout,
    signal: AbortSignal.timeout(BOOTSTRAP_LIMIT_MS),
  })
  for await (const line of lines) {
    if (line.includes('Bootstrapped 100%')) return
  }
  throw new Error('the private Tor network did not come up')
}

export interface TorNetwork extends AsyncDisposable {
  readonly socksPort: number
  readonly relayPids: readonly number[]
}

export async function startTorNetwork({ scheduler }: TorScheduler): Promise<TorNetwork> {
  const root = mkdtempSync(join(tmpdir(), 'sotto-bench-tor-'))
  const nodes: TorNode[] = []
  for (let index = 0; index < AUTHORITIES; index += 1) nodes.push(await createNode(root, index))
  const authorities = nodes.map(createAuthorityLine)
  const relays = nodes.map((node) => {
    const config = join(node.directory, 'torrc')
    writeFileSync(config, writeAuthorityConfig(node, { scheduler, authorities }))
    const relay = startTor(config)
    relay.stdout?.resume()
    return relay
  })
  const client = { directory: join(root, 'client'), socksPort: await findFreePort() }
  mkdirSync(client.directory, { mode: 0o700 })
  const config = join(client.directory, 'torrc')
  writeFileSync(config, writeClientConfig(client, { scheduler, authorities }))
  const clientProcess = startTor(config)
  await waitForCircuits(clientProcess)
  clientProcess.stdout?.resume()
  return {
    socksPort: client.socksPort,
    relayPids: relays.flatMap(({ pid }) => pid ?? []),
    async [Symbol.asyncDispose]() {
      for (const child of [clientProcess, ...relays]) {
        child.kill('SIGKILL')
        if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
      }
      rmSync(root, { recursive: true, force: true })
    },
  }
}
