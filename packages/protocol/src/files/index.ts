/**
 * Subpath `@sotto/protocol/files`: what is said between a client and a file server (spec 15).
 *
 * @module
 */

export {
  createFileIdHash,
  createNumberId,
  deriveFileId,
  type FileIdHash,
  isFileId,
  isHashId,
} from './file-id.ts'
export {
  decodeFileInfo,
  decodeUploadReply,
  encodeFailure,
  encodeFileInfo,
  encodeUploadReply,
  type FileInfo,
  type UploadReply,
} from './file-reply.ts'
export {
  type FileRequest,
  type FileRequestLine,
  parseFileRequest,
  TTL_HEADER,
} from './file-request.ts'
