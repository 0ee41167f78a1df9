/**
 * The settings of the role `preview`, as part of the one table of settings.
 *
 * @module
 */
import { isIP } from 'node:net'
import { createNumberParser, parsePort, type Setting } from '../setting-values.ts'

/** By name; with an address if the name is not to be looked up. */
export type NamedHosts = ReadonlyMap<string, string | undefined>

export interface PreviewConfig {
  readonly previewPort?: number
  readonly previewHosts: NamedHosts
  readonly previewFetchesMax: number
  readonly previewPerMinute: number
}

/** Each fetch may hold two megabytes, twice while it is sealed. */
const FETCHES_MAX = 256
const PER_MINUTE_MAX = 100_000
const HOST_NAME = /^[a-z0-9.-]{1,253}$/

export const PREVIEW_SETTINGS: {
  readonly [K in keyof Required<PreviewConfig>]: Setting<Required<PreviewConfig>[K]>
} = {
  previewPort: {
    variable: 'SOTTO_PREVIEW_PORT',
    description:
      'Port of the role `preview`; 0 for any free one. Not set, the node has not that role.',
    fallback: undefined,
    parse: parsePort,
  },
  previewHosts: {
    variable: 'SOTTO_PREVIEW_HOSTS',
    description:
      'Comma-separated `name` or `name=address` entries: hosts that previews may reach wherever they are, by HTTP and on any port too. For tests only.',
    fallback: '',
    parse: parseNamedHosts,
  },
  previewFetchesMax: {
    variable: 'SOTTO_PREVIEW_FETCHES_MAX',
    description: 'How many pages and pictures the role `preview` fetches at once.',
    fallback: '16',
    parse: createNumberParser(1, FETCHES_MAX),
  },
  previewPerMinute: {
    variable: 'SOTTO_PREVIEW_PER_MINUTE',
    description: 'How many it fetches in a minute, for all clients together.',
    fallback: '120',
    parse: createNumberParser(1, PER_MINUTE_MAX),
  },
}

function parseNamedHosts(text: string): NamedHosts | undefined {
  const entries = text.split(',').map((entry) => entry.trim().toLowerCase())
  const hosts = new Map<string, string | undefined>()
  for (const entry of entries.filter((each) => each !== '')) {
    const [name = '', address] = entry.split('=', 2)
    if (!HOST_NAME.test(name) || (address !== undefined && isIP(address) === 0)) return undefined
    hosts.set(name, address)
  }
  return hosts
}
