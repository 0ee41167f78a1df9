/**
 * The people of a scenario: the network's demonstration accounts first, then more of the kind.
 *
 * @module
 */

import { DEMO_ACCOUNT_NAMES } from '../demo-accounts.ts'

export const ACCOUNTS_MAX = 32

function nameAccount(index: number): string {
  return DEMO_ACCOUNT_NAMES[index] ?? `person-${index + 1}`
}

/** The first so many. */
export function nameAccounts(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => nameAccount(index))
}

export function isAccountName(name: string): boolean {
  return nameAccounts(ACCOUNTS_MAX).includes(name)
}
