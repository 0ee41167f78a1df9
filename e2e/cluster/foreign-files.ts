/**
 * The file servers of the stories' network, for a client of another make.
 *
 * @module
 */

import { inject } from 'vitest'
import { type FileWay, ForeignFileServer } from '../foreign/foreign-file-server.ts'
import type { ForeignNode } from '../foreign/foreign-rpc.ts'

/** The first one, or that of an address. */
export function meetFileServer(
  nodes: readonly ForeignNode[],
  way: FileWay,
  address?: string,
): ForeignFileServer {
  const servers = inject('fileServers')
  const found = servers.find(({ url }) => address?.startsWith(`${url}/`) ?? true)
  if (found === undefined) throw new Error('no such file server')
  return new ForeignFileServer({ ...found, way, nodes })
}
