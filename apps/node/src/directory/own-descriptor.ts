/**
 * What this node says of itself (spec 07 §7): made when it listens, and again when its address or its intention changes.
 *
 * @module
 */
import { encodeDescriptor, type NodeDescriptor, type NodePorts } from '@sotto/protocol/directory'
import type { NodeConfig } from '../config.ts'
import type { NodeIdentity } from '../node-identity.ts'
import { SOFTWARE_VERSION } from '../software-version.ts'

export function listRoles({ authoritySeed }: Pick<NodeConfig, 'authoritySeed'>): readonly string[] {
  return authoritySeed === undefined ? ['storage'] : ['storage', 'directory']
}

export interface OwnDescriptorOptions {
  readonly config: NodeConfig
  readonly identity: NodeIdentity
  readonly ports: NodePorts
  readonly nowMs: number
  readonly isLeaving: boolean
}

export function createOwnDescriptor(options: OwnDescriptorOptions): Uint8Array {
  const { config, identity, ports, nowMs, isLeaving } = options
  const descriptor: NodeDescriptor = {
    ed25519: identity.signing.publicKey,
    x25519: identity.agreement.publicKey,
    legacy: identity.legacy.publicKey,
    hybrid: identity.hybrid.publicKey,
    host: config.publicHost ?? config.host,
    ports,
    roles: listRoles(config),
    software: SOFTWARE_VERSION,
    contact: config.contact,
    name: config.nodeName,
    issuedAt: nowMs,
    isLeaving,
  }
  return encodeDescriptor(descriptor, { signing: identity.signing, legacy: identity.legacy })
}
