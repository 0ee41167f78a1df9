/**
 * What an authority must not forget over a restart (spec 08 §8): for which epoch it has voted, and which document it has
 * signed. A second vote, or a second signature, would be the lie that everybody looks for.
 *
 * @module
 */
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { decodeHex, encodeHex } from '@sotto/crypto/bytes'

interface Memory {
  readonly votedEpoch: number
  readonly signedEpoch: number
  /** Hex. */
  readonly signedHash: string
}

const NOTHING: Memory = { votedEpoch: 0, signedEpoch: 0, signedHash: '' }

function isEpoch(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function parseMemory(text: string): Memory | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null) return undefined
    // Nothing is taken for granted: a field that is missing was not always zero.
    const { votedEpoch, signedEpoch, signedHash }: Partial<Record<keyof Memory, unknown>> = value
    if (!isEpoch(votedEpoch) || !isEpoch(signedEpoch)) return undefined
    if (typeof signedHash !== 'string' || decodeHex(signedHash) === undefined) return undefined
    return { votedEpoch, signedEpoch, signedHash }
  } catch {
    return undefined
  }
}

/** Without it the machine may come back with the file of before, though the new one was written. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

export class AuthorityMemory {
  readonly #path: string
  #memory: Memory
  #lastWrite: Promise<void> = Promise.resolve()

  private constructor(path: string, memory: Memory) {
    this.#path = path
    this.#memory = memory
  }

  /** Throws for a file that cannot be understood: to begin anew could mean to vote twice. */
  static async open(path: string): Promise<AuthorityMemory> {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined) return new AuthorityMemory(path, NOTHING)
    const memory = parseMemory(text)
    if (memory === undefined) throw new Error('the file of past votes cannot be read')
    return new AuthorityMemory(path, memory)
  }

  /** True when it may vote; it never may again for this epoch or an earlier one. */
  async claimVote(epoch: number): Promise<boolean> {
    if (epoch <= this.#memory.votedEpoch) return false
    await this.#keep({ ...this.#memory, votedEpoch: epoch })
    return true
  }

  /** True when it may sign this content; the same again is no second one. */
  async claimSignature(epoch: number, hash: Uint8Array): Promise<boolean> {
    const signedHash = encodeHex(hash)
    const { signedEpoch } = this.#memory
    if (epoch === signedEpoch) return signedHash === this.#memory.signedHash
    if (epoch < signedEpoch) return false
    await this.#keep({ ...this.#memory, signedEpoch: epoch, signedHash })
    return true
  }

  /** Writes follow each other: two at once would take each other's file away. */
  #keep(memory: Memory): Promise<void> {
    this.#memory = memory
    const write = this.#lastWrite.then(() => this.#write(memory))
    this.#lastWrite = write.catch(() => undefined)
    return write
  }

  async #write(memory: Memory): Promise<void> {
    const path = `${this.#path}.new`
    const file = await open(path, 'w', 0o600)
    try {
      await file.writeFile(`${JSON.stringify(memory)}\n`)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(path, this.#path)
    await syncFolder(dirname(this.#path))
  }
}
