/**
 * Two people, file servers between them, and files that one sends to the other.
 *
 * @module
 */
import type { AttachmentPointer } from '@sotto/protocol/session'
import type { FileSource, FileToSend, MessageName } from '../src/engine/index.ts'
import type { PictureScaler } from '../src/ports/index.ts'
import { SimulatedFileServer } from './simulated-file-server.ts'
import { SimulatedNetwork } from './simulated-network.ts'
import { createPerson, type SimulatedPerson, unwrap } from './simulated-person.ts'

export class FileStory {
  readonly network = new SimulatedNetwork()
  readonly servers: readonly SimulatedFileServer[]
  readonly alice: SimulatedPerson
  readonly bob: SimulatedPerson

  /** Servers that take only so much make large files of small ones. */
  constructor(
    servers = 1,
    fileBytesMax?: number,
    scalers: { readonly alice?: PictureScaler; readonly bob?: PictureScaler } = {},
  ) {
    this.servers = Array.from(
      { length: servers },
      (_, index) => new SimulatedFileServer(this.network, `files${index}`),
    )
    const settings = {
      fileServers: this.servers,
      ...(fileBytesMax !== undefined && { fileBytesMax }),
    }
    this.alice = createPerson(this.network, 'alice', settings, scalers.alice)
    this.bob = createPerson(this.network, 'bob', settings, scalers.bob)
  }

  get server(): SimulatedFileServer {
    const [server] = this.servers
    if (server === undefined) throw new Error('no server')
    return server
  }

  upload(file: FileToSend) {
    return this.network.settle(this.alice.messenger.files.upload(file))
  }

  /** Alice sends it with a message; gives the message on Bob's side. */
  async send(file: FileToSend): Promise<MessageName> {
    return this.receive(unwrap(await this.upload(file)))
  }

  /** Whatever pointer Alice puts into a message, Bob has it then. */
  async receive(pointer: AttachmentPointer): Promise<MessageName> {
    const to = this.bob.account.accountId
    const message = { to, text: '', attachments: [pointer] }
    const { sentAtMs } = unwrap(await this.network.settle(this.alice.messenger.send(message)))
    unwrap(await this.network.settle(this.bob.messenger.poll()))
    const author = this.alice.account.accountId
    return { conversation: author, author, sentAtMs }
  }

  fetch(message: MessageName, position = 0) {
    return this.network.settle(this.bob.messenger.files.fetch({ message, position }))
  }

  async read(person: SimulatedPerson, message: MessageName): Promise<Uint8Array> {
    const opened = unwrap(await person.messenger.files.open({ message, position: 0 }))
    const pieces: number[] = []
    for await (const piece of opened.content) for (const byte of piece) pieces.push(byte)
    return Uint8Array.from(pieces)
  }
}

export function createSource(
  bytes: Uint8Array,
  { fileName = 'notes.txt', contentType = 'text/plain' } = {},
): FileSource {
  return {
    fileName,
    contentType,
    byteLength: bytes.length,
    read: async (start, end) => bytes.slice(start, end),
  }
}

/** Bytes of which no part is like another. */
export function createContent(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let state = 1
  for (let index = 0; index < length; index++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[index] = state >>> 24
  }
  return bytes
}
