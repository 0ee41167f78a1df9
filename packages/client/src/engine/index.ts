/**
 * Subpath `@sotto/client/engine`: the messenger, and the network without an account, for programs, bots and tools.
 *
 * @module
 */

export type { DeviceSettings, Settings } from './actions/device-settings.ts'
export type { ReactionToSend } from './actions/react.ts'
export { findRefusal, type MessageToWrite } from './actions/write-message.ts'
export type { ContactChanges, Contacts } from './contacts.ts'
export type { Conversation, Conversations } from './conversations.ts'
export type { Groups } from './groups.ts'
export type {
  ContentToDelete,
  GroupToCreate,
  GroupView,
  MembersToInvite,
  MembersToRemove,
} from './groups/index.ts'
export type {
  CancelSignal,
  FilePresence,
  FileServer,
  FileSource,
  FileToFetch,
  FileToOpen,
  FileToSend,
  OpenedFile,
  TransferOptions,
  TransferProgress,
} from './files/index.ts'
export type { DeviceEvent } from './devices/device-event.ts'
export type {
  DeviceGroupView,
  DeviceList,
  DeviceView,
  LinkRequestView,
  OwnLinkView,
} from './devices/describe-devices.ts'
export type { DeviceOrdered, Devices } from './devices.ts'
export type { Files } from './files.ts'
export type { FollowListener, Following } from './follow.ts'
export {
  type Messenger,
  type MessengerOptions,
  type MessengerPorts,
  type PollOptions,
  createMessenger,
} from './messenger.ts'
export type { MessengerEvent } from './messenger-event.ts'
export type { Protections } from './protections.ts'
export type { PollScreen, PollState } from './poll-plan.ts'
export type { DirectoryStatus, DirectoryTrust } from './network/verified-directory.ts'
export {
  NetworkClient,
  type NetworkPorts,
  type NetworkSettings,
  type SwarmDescription,
} from './network-client.ts'
export { findLink, type PreviewNode, type PreviewToCreate } from './previews/index.ts'
export type { Previews } from './previews.ts'
export { PATH_HOPS, type PathHop } from './paths/path.ts'
export type {
  ConversationProtection,
  ProtectionReason,
  SecrecyStatus,
} from './secrecy/describe-protection.ts'
export type { Delivery } from './sending/describe-delivery.ts'
export type { SentContent } from './sending/sender.ts'
export type {
  ConversationId,
  DeliveryState,
  HistoryMessage,
  MessageKind,
  MessageName,
} from '../storage/history-message.ts'
export type { Gap } from '../storage/gap-table.ts'
export type { MessageDetails, StoredAttachment, StoredPreview } from '../storage/message-details.ts'
