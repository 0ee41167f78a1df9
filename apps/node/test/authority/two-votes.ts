/**
 * Proof that an authority voted twice, made with its key.
 *
 * @module
 */
import { encodeUtf8 } from '@sotto/crypto/bytes'
import { type SigningKeyPair, sign } from '@sotto/crypto/signing'
import {
  createVoteEquivocation,
  encodeVoteStatement,
  hashVote,
  type VoteEquivocation,
} from '@sotto/protocol/authority'
import { NETWORK } from '../directory/directory-fixture.ts'

/** `signer` is the author's own key unless somebody tries to accuse it. */
export function createTwoVotes(
  author: SigningKeyPair,
  epoch: number,
  signer: SigningKeyPair = author,
): VoteEquivocation {
  const place = { network: NETWORK, epoch }
  const signVote = (
    text: string,
  ): { readonly bytes: Uint8Array; readonly signature: Uint8Array } => {
    const bytes = encodeUtf8(`${text} of ${epoch}`)
    const statement = { ...place, author: author.publicKey, hash: hashVote(bytes) }
    return { bytes, signature: sign(signer, encodeVoteStatement(statement)) }
  }
  const [first, second] = [signVote('one'), signVote('another')]
  return createVoteEquivocation({ author: author.publicKey, first, second }, place)
}
