/**
 * Subpath `@sotto/protocol/onion`: the layers of an onion request, its replies, and the payload for hosts outside the
 * network (spec 04). The ciphers are in `@sotto/crypto/onion`; sending and relaying are the client's and the node's.
 *
 * @module
 */

export { type CombinedPayload, combinePayload, splitPayload } from './combined-payload.ts'
export {
  type BuiltOnion,
  type HostDestination,
  type NodeDestination,
  type OnionHop,
  type OnionRequest,
  buildOnion,
} from './build-onion.ts'
export { type OpenedHostRequest, openHostRequest } from './host-request.ts'
export { type PeeledLayer, peelLayer } from './peel-layer.ts'
export {
  HOP_NUMBER_MAX,
  INVALID_NEXT_REPLY,
  NEXT_NODE_TIMED_OUT,
  type OnionFailure,
  formatNextNodeNotFound,
  formatNodeNotReady,
  parseNextNodeNotFound,
} from './onion-failure.ts'
export {
  type NodeReply,
  type ReplyForm,
  decodeNodeReply,
  encodeNodeReply,
  encodeOnionFailure,
  openOnionReply,
} from './node-reply.ts'
export {
  type V4Reply,
  type V4Request,
  decodeV4Reply,
  decodeV4Request,
  encodeV4Reply,
  encodeV4Request,
} from './v4-payload.ts'
