/**
 * The directory that a node works with: the signed list in a file, verified, and replaced as a whole when
 * the file holds a newer one. A bad or older list changes nothing.
 *
 * @module
 */
import { readFile } from 'node:fs/promises'
import { ok, type Result } from '@sotto/crypto/result'
import type { Ed25519PublicKey } from '@sotto/crypto/signing'
import { decodeDirectoryList, type Directory } from '@sotto/protocol/directory'
import type { ProtocolError } from '@sotto/protocol/errors'

const LOOPBACK_PREFIX = '127.'

export class NodeDirectory {
  readonly #authority: Ed25519PublicKey
  #current: Directory | undefined
  #hosts: ReadonlySet<string> = new Set()

  constructor(authority: Ed25519PublicKey) {
    this.#authority = authority
  }

  get current(): Directory | undefined {
    return this.#current
  }

  /** Whether requests from this address come from a node. Never for loopback. */
  isNodeAddress(address: string): boolean {
    return this.#hosts.has(address)
  }

  /** Takes the text of a signed list. */
  load(text: string): Result<Directory, ProtocolError> {
    const list = decodeDirectoryList(text, {
      authority: this.#authority,
      ...(this.#current === undefined ? {} : { currentHeight: this.#current.height }),
    })
    if (!list.ok) return list
    this.#current = list.value
    const hosts = list.value.nodes.map(({ host }) => host)
    // On loopback everybody has the same addresses, so they say nothing about who is a node.
    this.#hosts = new Set(hosts.filter((host) => !host.startsWith(LOOPBACK_PREFIX)))
    return ok(list.value)
  }

  /** Undefined when there is no such file yet. */
  async loadFile(path: string): Promise<Result<Directory, ProtocolError> | undefined> {
    const text = await readFile(path, 'utf8').catch(() => undefined)
    return text === undefined ? undefined : this.load(text)
  }
}
