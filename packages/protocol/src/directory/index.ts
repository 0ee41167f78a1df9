/**
 * Subpath `@sotto/protocol/directory`: who the nodes are, signed by the network's authority, and the forms in which
 * clients and other software ask for them (spec 07).
 *
 * @module
 */

export type { NodePorts, NodeRecord } from './node-record.ts'
export {
  type Directory,
  type DirectoryContent,
  type DirectoryMeta,
  type Swarm,
  createDirectory,
} from './directory.ts'
export {
  DIRECTORY_NODES_MAX,
  type DirectoryListCheck,
  decodeDirectoryList,
  encodeDirectoryList,
} from './directory-list.ts'
export {
  type ServiceNodesRequest,
  encodeServiceNodeStates,
  encodeServiceNodes,
  parseServiceNodesRequest,
} from './service-nodes.ts'
export { type ServiceNodeState, parseServiceNodeStates } from './service-node-states.ts'
export { type ParsedSwarm, encodeSwarmMembers, parseSwarmMembers } from './swarm-members.ts'
export type { NodeDescriptor, SoftwareVersion } from './node-descriptor.ts'
export {
  DESCRIPTOR_BYTES_MAX,
  type DescriptorKeys,
  type SignedDescriptor,
  decodeDescriptor,
  encodeDescriptor,
  isFromFuture,
} from './descriptor-codec.ts'
export {
  type AuthoritySet,
  type BeaconCommitment,
  type EpochContent,
  type EpochDocument,
  type EpochNode,
  type EpochSignature,
  NODE_STATES,
  type NodeState,
  REASONS,
  type Reason,
} from './epoch-content.ts'
export { AUTHORITIES_MAX, EPOCH_BYTES_MAX, EPOCH_NODES_MAX } from './epoch-layout.ts'
export { decodeEpochContent, encodeEpochContent, hashEpochContent } from './epoch-content-codec.ts'
export {
  createEpochDocument,
  decodeEpochDocument,
  encodeEpochDocument,
  signEpoch,
} from './epoch-codec.ts'
export {
  type Equivocation,
  type SignedContent,
  findEquivocations,
  verifyEquivocation,
} from './equivocation.ts'
export {
  EQUIVOCATION_BYTES_MAX,
  decodeEquivocation,
  encodeEquivocation,
} from './equivocation-codec.ts'
export {
  type EpochPlace,
  EpochTracker,
  type EpochTrackerOptions,
  type Freshness,
} from './epoch-tracker.ts'
export { createDirectoryFromEpoch, isEpochNode } from './epoch-directory.ts'
export { countSignatures, createAuthoritySet, verifyEpoch } from './verify-epoch.ts'
export { findHybridKey, hashHybridKey, isUsableNode } from './usable-node.ts'
export {
  CLOCK_TOLERANCE_MS,
  EPOCH_MS_DEFAULT,
  EPOCH_MS_MAX,
  EPOCH_MS_MIN,
  type NetworkTime,
  TIMES_IN_EPOCHS,
  scaleTime,
} from './network-times.ts'
