/**
 * A process of the bare swarm: takes a body over HTTPS, writes a row, hands the body to the other members over TLS,
 * and answers when all have answered. Started by `bare-swarm.ts`, which tells it who the others are.
 *
 * @module
 */
import type { ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { type AddressInfo } from 'node:net'
import { connect, createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { createHttpsCredentials } from '@sotto/node/tls'
import { systemRandomness } from '@sotto/crypto/randomness'
import Database from 'better-sqlite3'
import { readFrames, writeFrame } from './framed-socket.ts'

/** What a member of a real swarm answers, and what a client gets, have about these sizes. */
const MEMBER_ANSWER = Buffer.alloc(160, 7)
const ANSWER = Buffer.alloc(1400, 0x20)
const [, , file = ''] = process.argv

const database = file === '' ? undefined : new Database(file)
database?.pragma('journal_mode = WAL')
database?.pragma('synchronous = FULL')
database?.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB)')
const insert = database?.prepare('INSERT INTO rows (data) VALUES (?)')

const credentials = createHttpsCredentials(systemRandomness)
const others: TLSSocket[] = []
const waiting = new Map<number, { missing: number; readonly response: ServerResponse }>()
let lastId = 0

function noteAnswer(id: number): void {
  const open = waiting.get(id)
  if (open === undefined) return
  open.missing -= 1
  if (open.missing > 0) return
  waiting.delete(id)
  open.response.end(ANSWER)
}

function store(body: Buffer, response: ServerResponse): void {
  lastId = (lastId + 1) >>> 0
  waiting.set(lastId, { missing: others.length + 1, response })
  for (const other of others) writeFrame(other, lastId, body)
  insert?.run(body)
  noteAnswer(lastId)
}

const members = createTlsServer({ ...credentials, minVersion: 'TLSv1.3' }, (socket) => {
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  readFrames(socket, (id, body) => {
    insert?.run(body)
    writeFrame(socket, id, MEMBER_ANSWER)
  })
})

const clients = createServer(credentials, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => store(Buffer.concat(chunks), response))
})

function portOf(server: { address(): AddressInfo | string | null }): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}

members.listen(0, '127.0.0.1', () => {
  clients.listen(0, '127.0.0.1', () => {
    process.send?.({ https: portOf(clients), link: portOf(members) })
  })
})

process.on('message', (ports: readonly number[]) => {
  let missing = ports.length
  for (const port of ports) {
    const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => {
      missing -= 1
      if (missing === 0) process.send?.({ ready: true })
    })
    socket.setNoDelay(true)
    readFrames(socket, noteAnswer)
    others.push(socket)
  }
})
process.on('disconnect', () => process.exit())
