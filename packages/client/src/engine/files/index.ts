/**
 * Files of messages: to file servers and back (spec 13, spec 15).
 *
 * @module
 */

export { fetchFile, type FileToFetch } from './fetch-file.ts'
export { type FileParts, keepFile, readKept, sweepFiles } from './file-parts.ts'
export { findThumbnail, findSealedThumbnail, keepThumbnail } from './keep-thumbnail.ts'
export { isTooManyPixels } from './prepare-content.ts'
export { FileRequests } from './file-requests.ts'
export { describeHost, type FileServer, findFileServer, nameFile } from './file-server.ts'
export { type FileToOpen, type OpenedFile, openKeptFile } from './open-file.ts'
export { type FileSource, type FileToSend, sendFile, sendPicture } from './send-file.ts'
export { type FilePresence, findPresence, readStoredAttachment } from './stored-attachment.ts'
export {
  type CancelSignal,
  type TransferOptions,
  type TransferProgress,
  untilCancelled,
} from './transfer.ts'
