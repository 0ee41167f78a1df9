/**
 * Subpath `@sotto/client/engine`: the messenger, and the network without an account, for programs, bots and tools.
 *
 * @module
 */

export type { FollowListener, Following } from './messaging/follow.ts'
export type { SentMessage } from './messaging/outbox.ts'
export { checkText } from './messaging/outgoing-message.ts'
export {
  type Messenger,
  type MessengerOptions,
  type MessengerPorts,
  type PollOptions,
  createMessenger,
} from './messenger.ts'
export type { DirectoryStatus, DirectoryTrust } from './network/verified-directory.ts'
export {
  NetworkClient,
  type NetworkPorts,
  type NetworkSettings,
  type SwarmDescription,
} from './network-client.ts'
export { PATH_HOPS, type PathHop } from './paths/path.ts'
