/**
 * Subpath `@sotto/client/conformance`: suites that an adapter of a storage port runs in its own tests.
 *
 * @module
 */

export { describeDatabase } from './database-suite.ts'
export { describeFileStore } from './file-store-suite.ts'
export { describePictureScaler } from './picture-scaler-suite.ts'
export { describeStateStore } from './state-store-suite.ts'
