/** Proof against authorities, from nodes that may say anything. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { encodeHex, encodeUtf8 } from '@sotto/crypto/bytes'
import { type SigningKeyPair, deriveSigningKeyPair, sign } from '@sotto/crypto/signing'
import {
  createVoteEquivocation,
  encodeVoteEquivocation,
  encodeVoteStatement,
  hashVote,
} from '@sotto/protocol/authority'
import { describe, expect, it } from 'vitest'
import { describeEvidence } from './describe-directory.ts'
import { FollowedEvidence } from './followed-evidence.ts'

const NETWORK = new Uint8Array(16).fill(3)
const [LIAR, HONEST, STRANGER] = [1, 2, 3].map((index) =>
  deriveSigningKeyPair(new Uint8Array(32).fill(index)),
)
if (LIAR === undefined || HONEST === undefined || STRANGER === undefined) throw new Error('no keys')
const AUTHORITIES = [LIAR.publicKey, HONEST.publicKey]

function proveTwoVotes(
  author: SigningKeyPair,
  epoch: number,
  changes: { readonly signer?: SigningKeyPair; readonly network?: Uint8Array } = {},
): Uint8Array {
  const { signer = author, network = NETWORK } = changes
  const [first, second] = ['one', 'another'].map((text) => {
    const bytes = encodeUtf8(text)
    const statement = { network, epoch, author: author.publicKey, hash: hashVote(bytes) }
    return { bytes, signature: sign(signer, encodeVoteStatement(statement)) }
  })
  if (first === undefined || second === undefined) throw new Error('no votes')
  const evidence = { author: author.publicKey, first, second }
  return encodeVoteEquivocation(createVoteEquivocation(evidence, { network, epoch }))
}

type Answers = Readonly<Record<string, string | Uint8Array>>

/** A node that answers these paths, and counts what it was asked. */
async function startNode(answers: Answers) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    asked.push(path)
    const answer = answers[path.replace('/directory/v1/', '')]
    response.statusCode = answer === undefined ? 404 : 200
    response.end(answer)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function list(votes: readonly { readonly author: SigningKeyPair; readonly epoch: number }[]) {
  return JSON.stringify({
    authorities: [],
    votes: votes.map(({ author, epoch }) => ({ author: encodeHex(author.publicKey), epoch })),
  })
}

function create(): FollowedEvidence {
  return new FollowedEvidence({ networkId: NETWORK, authorities: AUTHORITIES })
}

describe('evidence of two votes', () => {
  it('is believed because it proves itself, and fetched once', async () => {
    await using node = await startNode({
      evidence: list([{ author: LIAR, epoch: 7 }]),
      'evidence/votes/0': proveTwoVotes(LIAR, 7),
    })
    const evidence = create()
    await evidence.follow([node.url])
    await evidence.follow([node.url])
    expect(evidence.proven).toEqual([{ authority: LIAR.publicKey, kind: 'votes', epoch: 7 }])
    expect(node.asked.filter((path) => path.endsWith('/votes/0'))).toHaveLength(1)
  })

  it('counts once, whoever tells of it', async () => {
    const answers = {
      evidence: list([{ author: LIAR, epoch: 7 }]),
      'evidence/votes/0': proveTwoVotes(LIAR, 7),
    }
    await using first = await startNode(answers)
    await using second = await startNode(answers)
    const evidence = create()
    await evidence.follow([first.url, second.url])
    expect(evidence.proven).toHaveLength(1)
  })

  it.each<[string, Answers]>([
    ['a signature is not good', { 'evidence/votes/0': proveTwoVotes(LIAR, 7, { signer: HONEST }) }],
    [
      'it is of another network',
      { 'evidence/votes/0': proveTwoVotes(LIAR, 7, { network: new Uint8Array(16) }) },
    ],
    ['it is of no authority of this network', { 'evidence/votes/0': proveTwoVotes(STRANGER, 7) }],
    ['it is cut short', { 'evidence/votes/0': proveTwoVotes(LIAR, 7).subarray(1) }],
    ['it cannot be had', {}],
    ['the list is none', { evidence: '[]' }],
    ['the list is no JSON', { evidence: 'lies' }],
    [
      'the list is longer than any',
      { evidence: list(Array.from({ length: 65 }, () => ({ author: LIAR, epoch: 7 }))) },
    ],
  ])('is not believed when %s', async (_, answers) => {
    await using node = await startNode({ evidence: list([{ author: LIAR, epoch: 7 }]), ...answers })
    const evidence = create()
    await evidence.follow([node.url])
    expect(evidence.proven).toEqual([])
  })

  it('is none where nobody answers', async () => {
    const evidence = create()
    await evidence.follow(['http://127.0.0.1:1'])
    expect(evidence.proven).toEqual([])
  })
})

describe('evidence of two documents', () => {
  it('is not believed for a name alone', async () => {
    const authorities = [encodeHex(LIAR.publicKey)]
    await using node = await startNode({
      evidence: JSON.stringify({ authorities, votes: [] }),
      'evidence/0': proveTwoVotes(LIAR, 7),
    })
    const evidence = create()
    await evidence.follow([node.url])
    expect(node.asked).toEqual(['/directory/v1/evidence', '/directory/v1/evidence/0'])
    expect(evidence.proven).toEqual([])
  })
})

it('names the node of the authority, because that is what people know', () => {
  const proven = [{ authority: HONEST.publicKey, kind: 'documents' as const, epoch: 9 }]
  const described = describeEvidence(proven, AUTHORITIES, (number) => `node-0${number}`)
  expect(described).toEqual([
    { authority: encodeHex(HONEST.publicKey), node: 'node-02', kind: 'documents', epoch: 9 },
  ])
})
