/**
 * The peer for memory: a Node process with an HTTP server, an open SQLite database and sodium-native
 * loaded, and nothing else. It is what any node in this language pays before its first line of work.
 * JavaScript, because stripping types would keep the stripper in memory and make the peer larger.
 *
 * @module
 */
import { createServer } from 'node:http'
import Database from 'better-sqlite3'
import 'sodium-native'

const database = new Database(':memory:')
database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, data BLOB)')
const server = createServer((_request, response) => response.end('ok'))
server.listen(0, '127.0.0.1', () => process.send?.({ ready: true }))
process.on('disconnect', () => process.exit())
