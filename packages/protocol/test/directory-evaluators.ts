/**
 * The vector files of spec 07: the signed list, the answers made of it, and the first division into swarms.
 *
 * @module
 */
import { toEd25519PublicKey } from '@sotto/crypto/signing'
import {
  type Directory,
  decodeDirectoryList,
  encodeServiceNodes,
  parseServiceNodeStates,
  parseServiceNodesRequest,
} from '../src/directory/index.ts'
import {
  type VectorEvaluator,
  type Verdict,
  bytesOf,
  defineEvaluator,
  hexOf,
  verdictOf,
} from './vector-evaluator.ts'

interface ListInput {
  readonly authority: string
  readonly currentHeight?: number
  /** The list; given as text where the text itself is what is wrong. */
  readonly list: unknown
}

function decodeList(input: ListInput): ReturnType<typeof decodeDirectoryList> {
  const authority = toEd25519PublicKey(bytesOf(input.authority))
  if (authority === undefined) throw new TypeError('a vector holds a key that is none')
  const { list, currentHeight } = input
  const text = typeof list === 'string' ? list : JSON.stringify(list)
  return decodeDirectoryList(text, {
    authority,
    ...(currentHeight === undefined ? {} : { currentHeight }),
  })
}

function evaluateList(input: ListInput): Verdict {
  return verdictOf(decodeList(input), (directory: Directory) => ({
    hash: directory.hash,
    height: directory.height,
    nodes: directory.nodes.length,
    swarmIds: directory.swarmIds.map(String),
  }))
}

/** The answer as text: a parsed one would lose the exact swarm ids. */
function evaluateServiceNodes(input: ListInput & { readonly params: unknown }): Verdict {
  return verdictOf(decodeList(input), (directory) =>
    JSON.stringify(encodeServiceNodes(directory, parseServiceNodesRequest(input.params))),
  )
}

function evaluateStates(input: { readonly answer: unknown }): Verdict {
  const states = parseServiceNodeStates(input.answer)
  if (states.length === 0) return { reject: 'no_usable_node' }
  return {
    expect: states.map(({ ed25519, x25519, host, httpsPort, webPort }) => ({
      ed25519: hexOf(ed25519),
      x25519: hexOf(x25519),
      host,
      httpsPort,
      webPort: webPort ?? null,
    })),
  }
}

export const DIRECTORY_EVALUATORS: readonly VectorEvaluator[] = [
  defineEvaluator('07-directory/list.json', evaluateList),
  defineEvaluator('07-directory/service-nodes.json', evaluateServiceNodes),
  defineEvaluator('07-directory/service-node-states.json', evaluateStates),
]
