/**
 * Subpath `@sotto/protocol/attachment`: files that messages and profiles point to, for clients only (spec 13).
 *
 * @module
 */

export {
  type Attachment,
  createAttachmentPointer,
  decodeAttachment,
  type FileSeal,
  type PointerFields,
} from './attachment.ts'
export {
  type AttachmentReader,
  createAttachmentReader,
  openAttachment,
} from './attachment-reader.ts'
export {
  FILE_URL_CHARACTERS_MAX,
  type FileAddress,
  formatFileAddress,
  parseFileAddress,
} from './file-address.ts'
export { isFileId } from '../files/file-id.ts'
export {
  decodeLargeFile,
  encodeLargeFile,
  FILE_PARTS_MAX,
  type FilePart,
  LARGE_FILE_TYPE,
  type LargeFile,
} from './large-file.ts'
export { cleanContentType, cleanFileName, FILE_NAME_CHARACTERS_MAX } from './file-description.ts'
export type { Orientation, PictureFormat } from './picture/picture.ts'
export { type CleanPicture, PICTURE_BYTES_MAX, stripMetadata } from './picture/strip-metadata.ts'
export { openProfilePicture, parseProfilePicture, type ProfilePicture } from './profile-picture.ts'
