/**
 * The back end that this runtime's conditions selected (package.json `imports`, ADR 0002). For
 * benchmarks and diagnostics; application code uses the modules above it.
 *
 * @module
 */

export { backend } from '#backend'
export type { Blake2bOptions, BoxKeys, CryptoBackend, TextCodecs } from './crypto-backend.ts'
