/**
 * Subpath `@sotto/protocol/config`: configurations that an account's devices or a group's members keep in common, for
 * clients only (spec 11).
 *
 * @module
 */

export type { ConfigCompression } from './compression.ts'
export type { ConfigCipher, ConfigDomain, OpenedConfig } from './config-ciphertext.ts'
export { openCiphertext, sealMessage } from './config-ciphertext.ts'
export { unwrapConfig, wrapConfig, type WrapInput } from './wrap-config.ts'
