/**
 * Configuration of a private Tor network on loopback (`TestingTorNetwork`): three directory
 * authorities that are also relays and exits, and one client. Starting it is `tor-network.ts`.
 *
 * @module
 */
import { join } from 'node:path'

export interface TorNode {
  readonly name: string
  readonly directory: string
  readonly orPort: number
  readonly dirPort: number
}

const COMMON = [
  'TestingTorNetwork 1',
  'Address 127.0.0.1',
  'AssumeReachable 1',
  'ShutdownWaitLength 0',
  'Log notice stdout',
  'SafeLogging 1',
]

/** Authorities vote every ten seconds, so that the first consensus comes after about as long. */
const VOTING = [
  'V3AuthVotingInterval 10',
  'V3AuthVoteDelay 2',
  'V3AuthDistDelay 2',
  'TestingV3AuthInitialVotingInterval 5',
  'TestingV3AuthInitialVoteDelay 2',
  'TestingV3AuthInitialDistDelay 2',
]

/** Lets the authorities vote for each other as guards and exits, and exit to loopback. */
const AUTHORITY = [
  'AuthoritativeDirectory 1',
  'V3AuthoritativeDirectory 1',
  'ContactInfo none@localhost',
  'ExitRelay 1',
  'ExitPolicy accept *:*',
  'ExitPolicyRejectPrivate 0',
  'TestingDirAuthVoteExit *',
  'TestingDirAuthVoteGuard *',
  'TestingDirAuthVoteHSDir *',
  'SocksPort 0',
]

export interface TorScheduler {
  /** `KIST` is Tor's default; `Vanilla` has no 10 ms timer and is Tor at its fastest. */
  readonly scheduler: 'KIST' | 'Vanilla'
}

export function writeAuthorityConfig(
  node: TorNode,
  { scheduler, authorities }: TorScheduler & { readonly authorities: readonly string[] },
): string {
  return [
    ...COMMON,
    ...VOTING,
    ...AUTHORITY,
    `Nickname ${node.name}`,
    `DataDirectory ${node.directory}`,
    `PidFile ${join(node.directory, 'pid')}`,
    `ORPort 127.0.0.1:${node.orPort} IPv4Only`,
    `DirPort 127.0.0.1:${node.dirPort}`,
    `Schedulers ${scheduler}`,
    ...authorities,
    '',
  ].join('\n')
}

export function writeClientConfig(
  client: { readonly directory: string; readonly socksPort: number },
  { scheduler, authorities }: TorScheduler & { readonly authorities: readonly string[] },
): string {
  return [
    ...COMMON,
    `DataDirectory ${client.directory}`,
    `SocksPort 127.0.0.1:${client.socksPort} IsolateSOCKSAuth`,
    'ClientRejectInternalAddresses 0',
    'UseEntryGuards 0',
    `Schedulers ${scheduler}`,
    ...authorities,
    '',
  ].join('\n')
}
