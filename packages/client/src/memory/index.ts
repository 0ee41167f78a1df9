/**
 * Subpath `@sotto/client/memory`: what forgets with the process.
 *
 * @module
 */

export { MemoryStateStore } from './memory-state-store.ts'
