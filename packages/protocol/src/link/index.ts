/**
 * Subpath `@sotto/protocol/link`: the frames that nodes exchange, and that browsers exchange with a node, over one
 * long-lived connection (spec 06). Connections, timeouts and authentication are the programs' part.
 *
 * @module
 */

export {
  FRAME_BODY_BYTES_MAX,
  FRAME_HEADER_BYTES,
  FRAME_PAYLOAD_BYTES_MAX,
  FRAME_TYPES,
  type Frame,
  type FrameType,
  encodeFrame,
  encodeFrameHeader,
} from './frame.ts'
export { FrameDecoder } from './frame-decoder.ts'
export {
  COMMANDS,
  type LinkRequest,
  type StatusReply,
  decodeRequestPayload,
  decodeStatusReply,
  encodeRequestFrame,
  encodeRequestPayload,
  encodeStatusReply,
} from './request-payload.ts'
export {
  LINK_FAILURES,
  type LinkFailureCode,
  decodeFailurePayload,
  encodeFailurePayload,
} from './failure-payload.ts'
