/**
 * Keeps a connection at the address that was checked: a name may lead elsewhere the next time that it is looked up (DNS rebinding).
 *
 * @module
 */
import type { LookupFunction } from 'node:net'
import type { HostAddress } from './host-policy.ts'

/** Every lookup gives the checked address, whatever the name says now. */
export function pinAddress({ address, family }: HostAddress): LookupFunction {
  return (_host, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}
