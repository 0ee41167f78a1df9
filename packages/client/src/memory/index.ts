/**
 * Subpath `@sotto/client/memory`: adapters of the storage ports that forget with the process.
 *
 * @module
 */

export { MemoryMessageStore } from './memory-message-store.ts'
export { MemoryOutboxStore } from './memory-outbox-store.ts'
export { MemoryStateStore } from './memory-state-store.ts'
