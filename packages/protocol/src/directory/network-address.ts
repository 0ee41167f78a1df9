/**
 * IPv4 addresses and ports as they stand in lists of nodes (spec 07 §2.1). Which addresses may be dialled is the
 * programs' decision.
 *
 * @module
 */

const OCTET = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)'
/** No leading zeros: some software reads them as octal, and would dial another host than the one that was checked. */
const IPV4 = new RegExp(`^${OCTET}(?:\\.${OCTET}){3}$`)
const UNSPECIFIED = '0.0.0.0'
const PORT_MAX = 65_535

export function isHost(value: unknown): value is string {
  return typeof value === 'string' && IPV4.test(value) && value !== UNSPECIFIED
}

export function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 1 && Number(value) <= PORT_MAX
}
