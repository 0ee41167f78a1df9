/**
 * Subpath `@sotto/client/ports`: everything that the messenger needs from its platform (ADR 0006). Time comes through
 * `Clock` of `@sotto/protocol/clock`, randomness through `Randomness` of `@sotto/crypto/randomness`.
 *
 * @module
 */

export type { Database, SqlRow, SqlStatement, SqlValue } from './database.ts'
export type { FileStore } from './file-store.ts'
export type { PictureScaler, ThumbnailLimits } from './picture-scaler.ts'
export type { StateStore } from './state-store.ts'
export type {
  NodeAddress,
  NodeEndpoint,
  Transport,
  TransportFailure,
  TransportReading,
  TransportReply,
  TransportRequest,
  TransportTarget,
} from './transport.ts'
