/**
 * `@sotto/crypto/session`: sealing and opening messages between accounts, for clients only
 * (spec 05). A storage node cannot import it, which is why it cannot read what it stores.
 *
 * @module
 */

export { PADDING_BLOCK_BYTES, padContent, unpadContent } from './padding.ts'
export { openSealed, sealDeterministic, sealToAccount } from './sealed-box.ts'
export type { OpenedSeal, SealInput } from './sealed-box.ts'
