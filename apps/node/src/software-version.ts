/**
 * The version of this program, which nodes announce and minimum versions in epoch documents are compared with.
 *
 * @module
 */
import type { SoftwareVersion } from '@sotto/protocol/directory'

export const SOFTWARE_VERSION: SoftwareVersion = [0, 1, 0]
