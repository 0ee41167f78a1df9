/**
 * Subpath `@sotto/client/inbox`: the receiving half without a network, for tools that measure or replay what a swarm keeps.
 *
 * @module
 */
export { AccountConfigs } from './configs/account-configs.ts'
export { AccountInbox } from './receive/account-inbox.ts'
export { History } from '../storage/history.ts'
