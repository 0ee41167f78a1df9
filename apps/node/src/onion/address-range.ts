/**
 * Which addresses are public (TM-E2). A host relay that connected to any other would give strangers a hand inside
 * its operator's network: routers, cloud metadata services, databases that trust the local machine.
 *
 * The lists are the special-purpose registries of IANA (RFC 6890 and its updates). IPv6 is allowed by
 * its one global range and not by exclusion, and without the forms that hide an IPv4 address.
 *
 * @module
 */
import { BlockList, isIP } from 'node:net'

const NOT_PUBLIC_IPV4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
]

/** Inside 2000::/3: Teredo and other protocol assignments, documentation, 6to4, SRv6 documentation. */
const NOT_PUBLIC_IPV6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
]

const blocked = new BlockList()
for (const [network, bits] of NOT_PUBLIC_IPV4) blocked.addSubnet(network, bits, 'ipv4')
for (const [network, bits] of NOT_PUBLIC_IPV6) blocked.addSubnet(network, bits, 'ipv6')

const globalIpv6 = new BlockList()
globalIpv6.addSubnet('2000::', 3, 'ipv6')

/** False for anything that is not an address in its plain form. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !blocked.check(address, 'ipv4')
    case 6:
      return globalIpv6.check(address, 'ipv6') && !blocked.check(address, 'ipv6')
    default:
      return false
  }
}
