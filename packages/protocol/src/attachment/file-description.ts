/**
 * What a sender says of a file that a receiver shows, made harmless (spec 13 §4.3). None of it proves anything about the
 * file.
 *
 * @module
 */

/** Spec 13 §4.3. */
export const FILE_NAME_CHARACTERS_MAX = 255
const ANY_TYPE = 'application/octet-stream'
const TYPE = /^[a-z0-9][-a-z0-9!#$&^_.+]{0,126}\/[a-z0-9][-a-z0-9!#$&^_.+]{0,126}$/
/** Path separators of every system, and what `C:` would be one of. */
const SEPARATORS = /^.*[/\\:]/s
/** Control characters, and those that turn the direction of writing: `gpj.exe` must not read as `exe.jpg`. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu

/** The last part of a path, without invisible characters; empty for what leaves nothing, or is a folder. */
export function cleanFileName(name: string): string {
  const shown = Array.from(name.replace(SEPARATORS, '').replaceAll(INVISIBLE, '').trim())
  const cut = shown.slice(0, FILE_NAME_CHARACTERS_MAX).join('')
  return cut === '.' || cut === '..' ? '' : cut
}

/** In lower case, without parameters; the type for any bytes in place of what is none. */
export function cleanContentType(type: string): string {
  const [essence = ''] = type.split(';', 1)
  const lower = essence.trim().toLowerCase()
  return TYPE.test(lower) ? lower : ANY_TYPE
}
