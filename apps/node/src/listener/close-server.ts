/**
 * Closes a listener so that requests under way still get their answer, but not for ever.
 *
 * @module
 */

import { Server as HttpServer } from 'node:http'
import { Server as HttpsServer } from 'node:https'
import type { Server } from 'node:net'
import type { Clock } from '@sotto/protocol/clock'

export interface CloseOptions {
  readonly clock: Clock
  /** What is not answered after this is cut off. */
  readonly timeoutMs: number
}

/** Resolves when the last connection is gone; for peer links, which outlive their listener, at once. */
export async function closeServer(
  server: Server,
  { clock, timeoutMs }: CloseOptions,
): Promise<void> {
  if (!server.listening) return
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  if (!(server instanceof HttpServer) && !(server instanceof HttpsServer)) return
  server.closeIdleConnections()
  const timeout = Promise.withResolvers<void>()
  const cancel = clock.after(timeoutMs, () => {
    server.closeAllConnections()
    timeout.resolve()
  })
  await Promise.race([closed, timeout.promise])
  cancel()
}
