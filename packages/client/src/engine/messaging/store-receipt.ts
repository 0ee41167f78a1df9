/**
 * Who proved to keep a message: members of the swarm whose signature over the message hash holds (spec 03 §6.4). What
 * the node that answers says about the others is hearsay without it (TM-S4).
 *
 * @module
 */
import { encodeStoreEntryText, isEntrySigned, parseStoreReply } from '@sotto/protocol/rpc'
import type { NetworkNode } from '../network/network-node.ts'

export interface StoreReceipt {
  readonly reply: unknown
  /** As we computed it; a reply with another hash is about another message. */
  readonly hash: string
  readonly members: readonly NetworkNode[]
}

/** Ids of the members with a valid signature; none for nonsense. Never throws. */
export function verifyReceipt({ reply, hash, members }: StoreReceipt): readonly string[] {
  const parsed = parseStoreReply(reply)
  if (!parsed.ok) return []
  const text = encodeStoreEntryText(hash)
  return parsed.value.members.flatMap((entry) => {
    const member = members.find(({ id }) => id === entry.node)
    if (member === undefined || entry.isFailed || entry.signature === undefined) return []
    const { signature } = entry
    return isEntrySigned({ node: member.ed25519, text, signature }) ? [member.id] : []
  })
}
