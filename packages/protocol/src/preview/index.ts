/**
 * Subpath `@sotto/protocol/preview`: what is said between a client and a preview node (spec 17).
 *
 * @module
 */

export { PREVIEW_ADDRESS_BYTES_MAX } from './preview-address.ts'
export {
  decodePreviewReply,
  encodePreviewReply,
  PREVIEW_CONTENT_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MAX,
  PREVIEW_REPLY_BYTES_MIN,
  type PreviewContentType,
  type PreviewFound,
  type PreviewRefusal,
  type PreviewRefused,
  type PreviewReply,
} from './preview-reply.ts'
export {
  decodePreviewRequest,
  encodePreviewRequest,
  PREVIEW_ENDPOINT,
  PREVIEW_REQUEST_BYTES,
  type PreviewKind,
  type PreviewRequest,
} from './preview-request.ts'
