/**
 * Subpath `@sotto/protocol/bt`: the strict binary encoding of lists and dicts (spec 00 §2).
 *
 * @module
 */

export type { BtDict, BtInput, BtLimits, BtValue } from './bt-value.ts'
export { BT_LIMITS } from './bt-value.ts'
export { decodeBt } from './decode-bt.ts'
export { encodeBt } from './encode-bt.ts'
