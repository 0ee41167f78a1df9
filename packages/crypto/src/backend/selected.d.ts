/**
 * What '#backend' and '@sotto/crypto/backend/native' are to the compiler: either back end, and
 * no Node types.
 */
import type { CryptoBackend } from './crypto-backend.ts'

export declare const backend: CryptoBackend
