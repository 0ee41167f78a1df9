/**
 * What all transfers have in common: telling how far they are, and being cancelled between two steps.
 *
 * @module
 */
import { err, type Result } from '@sotto/crypto/result'
import { ClientError } from '../../errors.ts'

/** As much of an `AbortSignal` as is needed. */
export interface CancelSignal {
  readonly aborted: boolean
  addEventListener(type: 'abort', listener: () => void): void
  removeEventListener(type: 'abort', listener: () => void): void
}

export interface TransferOptions {
  /** In bytes of content; the last one says that all are there. */
  readonly onProgress?: (progress: TransferProgress) => void
  readonly signal?: CancelSignal
}

export interface TransferProgress {
  readonly doneBytes: number
  readonly totalBytes: number
}

const CANCELLED: Result<never, ClientError> = err(new ClientError('cancelled'))

/** Stops waiting when the person cancels; what was asked of the network comes to nothing. */
export async function untilCancelled<T>(
  work: () => Promise<Result<T, ClientError>>,
  { signal }: TransferOptions,
): Promise<Result<T, ClientError>> {
  if (signal === undefined) return work()
  if (signal.aborted) return CANCELLED
  const { promise, resolve, reject } = Promise.withResolvers<Result<T, ClientError>>()
  const cancel = (): void => {
    resolve(CANCELLED)
  }
  signal.addEventListener('abort', cancel)
  work().then(resolve, reject)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', cancel)
  }
}
