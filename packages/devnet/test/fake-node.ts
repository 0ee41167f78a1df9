/**
 * Plays a node for tests of the supervisor: same environment, same messages, no cryptography.
 *
 * The seed endpoint answers with the node's own process id, so that a test can tell who answered. `FAKE_NODE_FAULT`
 * makes it end at a stage.
 */

import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { env } from 'node:process'

const fault = env['FAKE_NODE_FAULT'] ?? ''

function isAddress(address: unknown): address is AddressInfo {
  return typeof address === 'object' && address !== null && 'port' in address
}

async function listen(server: Server, port: string | undefined): Promise<number> {
  server.listen(Number(port), env['SOTTO_HOST'])
  await once(server, 'listening')
  const address = server.address()
  return isAddress(address) ? address.port : 0
}

function leave(): void {
  process.stdout.write('fake node: stopping\n')
  process.kill(process.pid, 'SIGKILL')
}

process.once('disconnect', leave)
process.once('SIGTERM', leave)
process.on('message', (message: { type?: unknown }) => {
  if (message.type === 'conditions') {
    process.stdout.write(`fake node: ${readFileSync(env['SOTTO_CONDITIONS_FILE'] ?? '', 'utf8')}`)
    process.send?.({ type: 'conditioned' })
    return
  }
  readFileSync(env['SOTTO_DIRECTORY_FILE'] ?? '', 'utf8')
  if (fault === 'ends-before-ready') process.kill(process.pid, 'SIGKILL')
  process.send?.({ type: 'ready' })
})

if (fault === 'ends-before-listening') {
  throw new Error('fake node: no room left')
}

const seed = createServer((_request, response) => {
  response.setHeader('content-type', 'application/json')
  response.end(JSON.stringify({ result: { pid: process.pid } }))
})
const https = await listen(createServer(), env['SOTTO_HTTPS_PORT'])
const web = await listen(seed, env['SOTTO_WEB_PORT'])
const peer = await listen(createServer(), env['SOTTO_PEER_PORT'])
process.send?.({ type: 'listening', ports: { https, web, peer } })
