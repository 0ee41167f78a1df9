/**
 * A node with an operator API, alone in its network, and requests to it as no well-behaved client sends them.
 *
 * @module
 */
import type { RawReply, RawRequest } from '../network/raw-http.ts'
import { sendRaw } from '../network/raw-http.ts'
import { startTestNodes, type TestNode, type TestNodesOptions } from '../network/test-nodes.ts'

export const TOKEN = 'a-token-of-the-tests-with-enough-characters'

export interface OperatedNode extends AsyncDisposable {
  readonly port: number
  readonly node: TestNode
  /** With the token, unless the headers say otherwise. */
  send(request: Omit<RawRequest, 'port'>): Promise<RawReply>
  /** The data of a query that succeeds. */
  ask(method: string): Promise<unknown>
}

export async function startOperated(options: TestNodesOptions = {}): Promise<OperatedNode> {
  const settings = {
    SOTTO_OPERATOR_PORT: '0',
    SOTTO_OPERATOR_TOKEN: TOKEN,
    ...options.settings,
  }
  const nodes = await startTestNodes({ ...options, settings })
  const node = nodes.at(0)
  const port = node.node.operatorPort ?? 0
  const send = (request: Omit<RawRequest, 'port'>): Promise<RawReply> =>
    sendRaw({
      port,
      method: 'GET',
      ...request,
      headers: { authorization: `Bearer ${TOKEN}`, ...request.headers },
    })
  return {
    port,
    node,
    send,
    async ask(method) {
      const reply = await send({ path: `/trpc/${method}` })
      if (reply.status !== 200) throw new Error(`${method}: ${reply.status} ${reply.text}`)
      const answer = JSON.parse(reply.text) as { readonly result: { readonly data: unknown } }
      return answer.result.data
    },
    [Symbol.asyncDispose]: () => nodes[Symbol.asyncDispose](),
  }
}
