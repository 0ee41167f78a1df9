/**
 * What a file is called when it is sent, by the end of its name. It is a hint to whoever shows it; pictures are recognised by their bytes.
 *
 * @module
 */
import { extname } from 'node:path'

const TYPES: ReadonlyMap<string, string> = new Map([
  ['.aac', 'audio/aac'],
  ['.csv', 'text/csv'],
  ['.gif', 'image/gif'],
  ['.gz', 'application/gzip'],
  ['.heic', 'image/heic'],
  ['.html', 'text/html'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.json', 'application/json'],
  ['.m4a', 'audio/mp4'],
  ['.md', 'text/markdown'],
  ['.mov', 'video/quicktime'],
  ['.mp3', 'audio/mpeg'],
  ['.mp4', 'video/mp4'],
  ['.odt', 'application/vnd.oasis.opendocument.text'],
  ['.ogg', 'audio/ogg'],
  ['.opus', 'audio/ogg'],
  ['.pdf', 'application/pdf'],
  ['.png', 'image/png'],
  ['.svg', 'image/svg+xml'],
  ['.tif', 'image/tiff'],
  ['.tiff', 'image/tiff'],
  ['.txt', 'text/plain'],
  ['.wav', 'audio/wav'],
  ['.webm', 'video/webm'],
  ['.webp', 'image/webp'],
  ['.zip', 'application/zip'],
])

export function guessContentType(path: string): string {
  return TYPES.get(extname(path).toLowerCase()) ?? 'application/octet-stream'
}
