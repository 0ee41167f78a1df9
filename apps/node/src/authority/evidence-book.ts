/**
 * The proofs that this node holds of authorities that signed two votes for one epoch (spec 08 §3.6). They outlive a restart,
 * and are bounded: the first ones of each authority are kept, because the later ones prove nothing more.
 *
 * Proofs of two documents are the directory keeper's.
 *
 * @module
 */
import { open, rename } from 'node:fs/promises'
import { concatBytes, equalBytes } from '@sotto/crypto/bytes'
import {
  decodeVoteEquivocation,
  encodeVoteEquivocation,
  VOTE_EQUIVOCATION_BYTES,
  type VoteEquivocation,
  verifyVoteEquivocation,
} from '@sotto/protocol/authority'

/** Spec 08 §3.6. */
export const PROOFS_PER_AUTHOR_MAX = 4
/** Spec 08 §3.6. */
export const PROOFS_MAX = 64

export class EvidenceBook {
  readonly #path: string
  readonly #proofs: VoteEquivocation[]
  #lastWrite: Promise<void> = Promise.resolve()

  private constructor(path: string, proofs: VoteEquivocation[]) {
    this.#path = path
    this.#proofs = proofs
  }

  /** What the file holds that proves nothing is left out; a file that is not there holds nothing. */
  static async open(path: string): Promise<EvidenceBook> {
    const book = new EvidenceBook(path, [])
    for (const proof of splitProofs(await readBounded(path))) book.#take(proof)
    return book
  }

  /** In the order in which they were found. */
  get proofs(): readonly VoteEquivocation[] {
    return this.#proofs
  }

  /** True for one that was kept; it is on the disk when the promise resolves. */
  async add(proof: VoteEquivocation): Promise<boolean> {
    if (!this.#take(proof)) return false
    const bytes = concatBytes(this.#proofs.map(encodeVoteEquivocation))
    const write = this.#lastWrite.then(() => writeWhole(this.#path, bytes))
    this.#lastWrite = write.catch(() => undefined)
    await write
    return true
  }

  #take(proof: VoteEquivocation): boolean {
    const ofAuthor = this.#proofs.filter(({ author }) => equalBytes(author, proof.author))
    const isKnown = ofAuthor.some(({ epoch }) => epoch === proof.epoch)
    const isFull = this.#proofs.length >= PROOFS_MAX || ofAuthor.length >= PROOFS_PER_AUTHOR_MAX
    if (isKnown || isFull || !verifyVoteEquivocation(proof).ok) return false
    this.#proofs.push(proof)
    return true
  }
}

function splitProofs(bytes: Uint8Array): readonly VoteEquivocation[] {
  const count = Math.floor(bytes.length / VOTE_EQUIVOCATION_BYTES)
  return Array.from({ length: count }, (_, index) => {
    const start = index * VOTE_EQUIVOCATION_BYTES
    return decodeVoteEquivocation(bytes.subarray(start, start + VOTE_EQUIVOCATION_BYTES))
  }).flatMap((proof) => (proof.ok ? [proof.value] : []))
}

async function readBounded(path: string): Promise<Uint8Array> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (file === undefined) return new Uint8Array()
  try {
    const bytes = new Uint8Array(PROOFS_MAX * VOTE_EQUIVOCATION_BYTES)
    const { bytesRead } = await file.read(bytes, 0, bytes.length, 0)
    return bytes.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600)
  try {
    await file.writeFile(bytes)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.new`, path)
}
