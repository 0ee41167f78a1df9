/**
 * Tells the refusals of a node's folder from mistakes of this program.
 *
 * @module
 */
import { NodeError } from '@sotto/node/errors'

/** Undefined for an error of another kind. */
export function describeNodeFailure(
  error: unknown,
): { readonly code: string; readonly message: string } | undefined {
  return error instanceof NodeError ? { code: error.code, message: error.message } : undefined
}
