/**
 * Addresses of pages and of their pictures, in the one form that previews use. What has a user, a control character or another scheme
 * is none: whoever reads `https://bank.example@evil.example` looks at the wrong half.
 *
 * @module
 */

export const PREVIEW_URL_CHARACTERS_MAX = 2048
/** Scheme with host and port, path, query; the fragment is left out. */
const ABSOLUTE = /^(https?):\/\/([^/?#\s@\\]+)(\/[^?#\s\\]*)?(\?[^#\s\\]*)?(?:#.*)?$/i
const HOST =
  /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}(?::[0-9]{1,5})?$/u
const SCHEME = /^[a-z][a-z0-9+.-]*:/i
/** A name of an address in figures, which a name's owner has no certificate for. */
const FIGURES = /^[0-9.]+(?::|$)/

interface UrlParts {
  /** In lower case. */
  readonly scheme: string
  readonly host: string
  readonly path: string
  readonly query: string
}

/** `undefined` for what nobody should fetch on a stranger's behalf: other schemes, figures, names without a dot. */
export function parsePreviewUrl(text: string): string | undefined {
  const parts = splitUrl(text)
  return parts && `${parts.scheme}://${parts.host}${parts.path}${parts.query}`
}

/** `reference` as a page at `base` means it. */
export function resolvePreviewUrl(reference: string, base: string): string | undefined {
  const parts = splitUrl(base)
  const text = reference.trim()
  if (parts === undefined || text === '') return undefined
  const { scheme, host, path } = parts
  if (SCHEME.test(text)) return parsePreviewUrl(text)
  if (text.startsWith('//')) return parsePreviewUrl(`${scheme}:${text}`)
  const folder = text.startsWith('/') ? '' : path.slice(0, path.lastIndexOf('/') + 1)
  return parsePreviewUrl(`${scheme}://${host}${folder}${text}`)
}

function splitUrl(text: string): UrlParts | undefined {
  if (text.length > PREVIEW_URL_CHARACTERS_MAX) return undefined
  const [, scheme = '', host = '', path = '', query = ''] = ABSOLUTE.exec(text) ?? []
  const name = host.toLowerCase()
  if (!HOST.test(name) || FIGURES.test(name) || /\p{C}/u.test(path + query)) return undefined
  return { scheme: scheme.toLowerCase(), host: name, path: path === '' ? '/' : path, query }
}
