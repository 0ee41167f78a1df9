/**
 * `sotto list`, `history` and `search`: what this device has. The work is in `../messages/show-history.ts`.
 *
 * @module
 */
import { Command, InvalidArgumentError } from 'commander'
import { type Print, printOutcome } from '../output.ts'
import {
  type MessageCommandOptions,
  addHome,
  addJson,
  addNetwork,
  findPlace,
} from './shared-options.ts'

const LIMIT_DEFAULT = 50
const LIMIT_MAX = 10_000

interface LimitOptions extends MessageCommandOptions {
  readonly limit: number
}

function create(name: string): Command {
  return addJson(addNetwork(addHome(new Command(name))))
}

export function createListCommand(print: Print): Command {
  return create('list')
    .description('fetch what is new and list the conversations')
    .action(async (options: MessageCommandOptions) => {
      const { listConversations } = await import('../messages/show-history.ts')
      printOutcome(await listConversations(findPlace(options)), options, print)
    })
}

export function createHistoryCommand(print: Print): Command {
  return create('history')
    .description('fetch what is new and show a conversation, oldest first')
    .argument('<id>', 'the account id of whom it is with')
    .option('--limit <count>', 'how many messages', parseLimit, LIMIT_DEFAULT)
    .action(async (id: string, options: LimitOptions) => {
      const { showHistory } = await import('../messages/show-history.ts')
      printOutcome(await showHistory(findPlace(options), id, options.limit), options, print)
    })
}

export function createSearchCommand(print: Print): Command {
  return create('search')
    .description('find messages on this device, newest first')
    .argument('<words>', 'all of these words occur; the last may be a beginning')
    .option('--with <id>', 'only in the conversation with this account')
    .option('--limit <count>', 'how many messages', parseLimit, LIMIT_DEFAULT)
    .action(async (words: string, options: LimitOptions & { readonly with?: string }) => {
      const { searchMessages } = await import('../messages/show-history.ts')
      const { limit, with: conversation } = options
      const query = { limit, ...(conversation !== undefined && { conversation }) }
      printOutcome(await searchMessages(findPlace(options), words, query), options, print)
    })
}

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0 && limit <= LIMIT_MAX) return limit
  throw new InvalidArgumentError(`a number from 1 to ${LIMIT_MAX}`)
}
