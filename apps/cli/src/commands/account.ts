/**
 * `sotto account …`: the command line of making, restoring and showing an account. The work is in
 * `../home/account-actions.ts`, loaded when a command runs.
 *
 * @module
 */
import { Command } from 'commander'
import { findHome, findHomeOfAll } from '../config.ts'
import { type Print, printOutcome } from '../output.ts'
import {
  type AccountCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
  type MessageCommandOptions,
} from './shared-options.ts'

function addCreate(account: Command, print: Print): void {
  addJson(addHome(account.command('create')))
    .description('make a new account')
    .action(async (options: AccountCommandOptions) => {
      const { createAccount } = await import('../home/account-actions.ts')
      printOutcome(createAccount(findHome(options)), options, print)
    })
}

function addRestore(account: Command, print: Print): void {
  addJson(addHome(account.command('restore')))
    .description('bring an account back from its recovery phrase')
    .argument('[words...]', 'the recovery phrase; read from standard input when left out')
    .option('--phrase <words>', 'the recovery phrase, in quotes')
    .action(async (words: readonly string[], options: AccountCommandOptions & PhraseOption) => {
      const { restoreAccount } = await import('../home/account-actions.ts')
      const phrase = options.phrase ?? (words.length > 0 ? words.join(' ') : undefined)
      printOutcome(await restoreAccount(findHome(options), phrase), options, print)
    })
}

function addShow(account: Command, print: Print): void {
  addJson(addHome(account.command('show')))
    .description('show the account id')
    .option('--reveal', 'show the recovery phrase too: whoever reads it has the account')
    .action(async (options: AccountCommandOptions & { readonly reveal?: boolean }) => {
      const { showAccount } = await import('../home/account-actions.ts')
      printOutcome(showAccount(findHome(options), options.reveal === true), options, print)
    })
}

interface PhraseOption {
  readonly phrase?: string
}

function addList(account: Command, print: Print): void {
  addJson(addHome(account.command('list')))
    .description('list the accounts of a home')
    .action(async (options: AccountCommandOptions) => {
      const { listAccounts } = await import('../home/account-actions.ts')
      printOutcome(listAccounts(findHomeOfAll(options)), options, print)
    })
}

function addDelete(account: Command, print: Print): void {
  addJson(addNetwork(addHome(account.command('delete'))))
    .description('delete the account: first from the network, then from this device')
    .option('--yes', 'really: nobody can bring back what is gone')
    .option('--only-here', 'leave the network as it is')
    .action(async (options: DeleteOptions) => {
      const { deleteAccount } = await import('../messages/delete-account.ts')
      printOutcome(await deleteAccount(findPlace(options), options), options, print)
    })
}

interface DeleteOptions extends MessageCommandOptions {
  readonly yes?: boolean
  readonly onlyHere?: boolean
}

/** The `account` command with all of its subcommands. */
export function createAccountCommand(print: Print): Command {
  const account = new Command('account').description('make, restore, show or delete an account')
  for (const add of [addCreate, addRestore, addShow, addList, addDelete]) add(account, print)
  return account
}
