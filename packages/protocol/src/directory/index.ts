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
export { type SwarmAssignmentOptions, assignSwarms } from './assign-swarms.ts'
export {
  type ServiceNodesRequest,
  encodeServiceNodeStates,
  encodeServiceNodes,
  parseServiceNodesRequest,
} from './service-nodes.ts'
export { type ServiceNodeState, parseServiceNodeStates } from './service-node-states.ts'
export { type ParsedSwarm, encodeSwarmMembers, parseSwarmMembers } from './swarm-members.ts'
