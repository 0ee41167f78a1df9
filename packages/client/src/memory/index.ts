/**
 * Subpath `@sotto/client/memory`: what forgets with the process.
 *
 * @module
 */

export { MemoryFileStore } from './memory-file-store.ts'
export { MemoryStateStore } from './memory-state-store.ts'
