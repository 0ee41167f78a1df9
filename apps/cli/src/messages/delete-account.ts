/**
 * What `sotto account delete` does: the copies in the network go first, because without the account nobody could ask for that any more.
 *
 * @module
 */
import { removeHome } from '../home/open-home.ts'
import { CliError } from '../errors.ts'
import type { Outcome } from '../output.ts'
import { openMessenger } from './open-messenger.ts'
import type { AccountPlace } from './with-messenger.ts'

export interface AccountToDelete {
  readonly yes?: boolean
  readonly onlyHere?: boolean
}

export async function deleteAccount(
  { home, place }: AccountPlace,
  { yes = false, onlyHere = false }: AccountToDelete,
): Promise<Outcome> {
  if (!yes)
    throw new CliError(
      'usage',
      `This deletes the account in ${home} for good; add --yes if you mean it.`,
    )
  if (!onlyHere) await eraseInNetwork({ home, place })
  removeHome(home)
  const done = onlyHere
    ? 'The account is gone from this device. The network still has what it kept.'
    : 'The account is gone, from the network and from this device. Others still have what you wrote to them.'
  return { json: { home, network: !onlyHere }, text: done }
}

async function eraseInNetwork({ home, place }: AccountPlace): Promise<void> {
  await using open = await openMessenger(home, place)
  const erased = await open.messenger.eraseNetworkCopies()
  if (!erased.ok) throw erased.error
}
