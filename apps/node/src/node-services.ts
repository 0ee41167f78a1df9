/**
 * The parts of a node that work with other nodes, put together: each has its port, and its commands on the link.
 *
 * @module
 */
import { join } from 'node:path'
import { encodeHex } from '@sotto/crypto/bytes'
import { deriveSigningKeyPair } from '@sotto/crypto/signing'
import { HARD_FORK } from '@sotto/protocol/rpc'
import { createListAdmission, OPEN_ADMISSION } from './authority/admission-policy.ts'
import { AuthorityInbox } from './authority/authority-inbox.ts'
import { AuthorityMemory } from './authority/authority-memory.ts'
import { AuthorityService } from './authority/authority-service.ts'
import { EvidenceBook } from './authority/evidence-book.ts'
import { createConfiguredAuthorities } from './directory/configured-authorities.ts'
import { createDirectoryCommands } from './directory/directory-commands.ts'
import { DirectorySync } from './directory/directory-sync.ts'
import { HealthService } from './health/health-service.ts'
import { createProofSource } from './health/own-proof.ts'
import { createLinkAnswer, type LinkCommands } from './link/link-answer.ts'
import { PeerLinks } from './link/peer-links.ts'
import { createServiceCommands } from './link/service-commands.ts'
import type { NodeBase } from './node-base.ts'
import { createHostPolicy } from './onion/host-policy.ts'
import { createOnionService, type OnionService } from './onion/onion-service.ts'
import { ReplicationService } from './replication/replication-service.ts'
import { createRpcService, type RpcService } from './rpc/rpc-service.ts'

export interface NodeServices {
  readonly links: PeerLinks
  readonly rpc: RpcService
  readonly onion: OnionService
  readonly sync: DirectorySync
  readonly authority: AuthorityService | undefined
  readonly inbox: AuthorityInbox | undefined
  readonly evidence: EvidenceBook
  readonly replication: ReplicationService
  readonly health: HealthService
  /** Filled in when the node listens. */
  readonly standing: { isDraining: () => boolean }
}

const AUTHORITY_FILE = 'authority'
const EVIDENCE_FILE = 'evidence'

export async function createNodeServices(base: NodeBase): Promise<NodeServices> {
  const { identity, clock, events, keeper, randomness } = base
  const ownKey = encodeHex(identity.signing.publicKey)
  let commands: LinkCommands = new Map()
  const links = new PeerLinks({
    certificate: base.certificate,
    ownKey,
    clock,
    events,
    network: base.network,
    // The directory may have changed since the link was opened.
    answer: (command, body, peer) => {
      const sender = keeper.known?.findByEd25519(peer.ed25519)
      return sender === undefined
        ? Promise.resolve('not_allowed')
        : answerPeer(command, body, sender)
    },
  })
  const replication = createReplication(base, links)
  const { rpc, onion } = createClientServices(base, links, replication)
  const sync = new DirectorySync({
    keeper,
    files: base.files,
    peers: links,
    clock,
    randomness,
    ownKey,
    hasLink: (key) => links.isOpen(key),
    onRefused: events.directoryRefused,
  })
  const standing = { isDraining: () => false }
  const createProof = createProofSource(base, {
    isSyncing: () => !replication.isCaughtUp,
    isDraining: () => standing.isDraining(),
  })
  const health = new HealthService({
    base,
    peers: links,
    createProof,
    onOwnProof: (proof) => void inbox?.takeProof(proof),
    isCaughtUp: () => replication.isCaughtUp,
  })
  const inbox: AuthorityInbox | undefined = createInbox(base, health)
  const { dataDirectory, networkId } = base.config
  const evidence = await EvidenceBook.open(
    join(dataDirectory, `${EVIDENCE_FILE}-${encodeHex(networkId)}.bin`),
  )
  const authority = await createAuthority(base, { links, inbox, evidence })
  commands = new Map([
    ...createServiceCommands(rpc, onion),
    ...createDirectoryCommands({ keeper, onNews: (descriptor) => sync.spread(descriptor) }),
    ...replication.commands,
    ...health.commands,
    ...(inbox?.commands ?? []),
    ...(authority?.commands ?? []),
  ])
  const answerPeer = createLinkAnswer(commands, events.mistake)
  return { links, rpc, onion, sync, authority, inbox, evidence, replication, health, standing }
}

function createClientServices(
  { config, identity, clock, events, store, keeper, randomness }: NodeBase,
  links: PeerLinks,
  replication: ReplicationService,
): Pick<NodeServices, 'rpc' | 'onion'> {
  const rpc = createRpcService({
    signing: identity.signing,
    store,
    peers: links,
    clock,
    directory: () => keeper.current,
    hardFork: HARD_FORK,
    onMistake: events.mistake,
    prepareAccount: (account) => replication.prepareAccount(account),
    onMissed: (member) => replication.noteMissed(member),
  })
  const onion = createOnionService({
    agreement: identity.agreement,
    ownKey: encodeHex(identity.signing.publicKey),
    directory: () => keeper.current,
    peers: links,
    rpc,
    hostPolicy: createHostPolicy({ allowList: config.hostRelayAllow }),
    clock,
    randomness,
  })
  return { rpc, onion }
}

function createReplication(
  { records, keeper, clock, randomness, identity, events }: NodeBase,
  peers: PeerLinks,
): ReplicationService {
  const ownKey = identity.signing.publicKey
  return new ReplicationService({ records, keeper, peers, clock, randomness, ownKey, events })
}

async function createAuthority(
  { config, clock, events, keeper }: NodeBase,
  { links, inbox, evidence }: Pick<NodeServices, 'links' | 'inbox' | 'evidence'>,
): Promise<AuthorityService | undefined> {
  if (config.authoritySeed === undefined || inbox === undefined) return undefined
  return new AuthorityService({
    key: deriveSigningKeyPair(config.authoritySeed),
    authorities: createConfiguredAuthorities(config),
    keeper,
    memory: await AuthorityMemory.open(
      join(config.dataDirectory, `${AUTHORITY_FILE}-${encodeHex(config.networkId)}.json`),
    ),
    evidence,
    peers: links,
    clock,
    source: inbox,
    events,
  })
}

function createInbox(
  { config, identity, clock, keeper }: NodeBase,
  health: HealthService,
): AuthorityInbox | undefined {
  if (config.authoritySeed === undefined) return undefined
  const { admission } = config
  return new AuthorityInbox({
    ownKey: encodeHex(identity.signing.publicKey),
    keeper,
    clock,
    policy: admission === 'open' ? OPEN_ADMISSION : createListAdmission(admission),
    book: health.book,
  })
}
