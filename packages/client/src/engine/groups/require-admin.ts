/**
 * The group's own key, where only an admin gets to.
 *
 * @module
 */
import type { GroupAdmin } from '@sotto/crypto/session'
import type { OpenGroup } from './open-groups.ts'

/** Throws where the caller did not ask before. */
export function requireAdmin({ access }: OpenGroup): GroupAdmin {
  if (access.admin === undefined) throw new TypeError('only an admin changes the group')
  return access.admin
}
