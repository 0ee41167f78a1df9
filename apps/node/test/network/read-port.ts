/**
 * The port that a listener was given.
 *
 * @module
 */
import type { Server } from 'node:net'

export function readPort(server: Server): number {
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the server does not listen')
  return address.port
}
