/**
 * `@sotto/crypto/session`: sealing and opening messages between accounts, and configurations, for clients only
 * (spec 05, spec 11 §3.1). A storage node cannot import it, which is why it cannot read what it stores.
 *
 * @module
 */

export { CONFIG_CIPHER_OVERHEAD_BYTES, openConfig, sealConfig } from './config-cipher.ts'
export type { ConfigCipherKey } from './config-cipher.ts'
export { PADDING_BLOCK_BYTES, padContent, unpadContent } from './padding.ts'
export { openSealed, sealDeterministic, sealToAccount } from './sealed-box.ts'
export type { OpenedSeal, SealInput } from './sealed-box.ts'
