/** Links over real TLS between nodes that know each other (spec 06 §2). */
import { encodeHex } from '@sotto/crypto/bytes'
import { err } from '@sotto/crypto/result'
import { createDirectory } from '@sotto/protocol/directory'
import { COMMANDS } from '@sotto/protocol/link'
import { describe, expect, it } from 'vitest'
import { createIdentity, createRecord, startLinkNode, startLinkNodes } from './link-fixture.ts'

function ask(value: number) {
  return { command: COMMANDS.ping, body: Uint8Array.of(value), timeoutMs: 5000 }
}

describe('PeerLinks', () => {
  it('opens one connection for many requests in both directions', async () => {
    await using nodes = await startLinkNodes()
    const [a, b] = [nodes.at(0), nodes.at(1)]
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => a.links.request(b.record, ask(index))),
    )
    expect(answers.map((answer) => answer.ok && answer.value[0])).toEqual(
      Array.from({ length: 200 }, (_, index) => index),
    )
    expect((await b.links.request(a.record, ask(7))).ok).toBe(true)
    expect(a.opened).toEqual(['self'])
    expect(b.opened).toEqual(['peer'])
  })

  it('tells the answerer who asks, by the key of the certificate and not by anything sent', async () => {
    const senders: string[] = []
    await using nodes = await startLinkNodes({
      answer: (_command, body, sender) => {
        senders.push(encodeHex(sender.ed25519))
        return Promise.resolve(body)
      },
    })
    await nodes.at(0).links.request(nodes.at(1).record, ask(1))
    expect(senders).toEqual([encodeHex(nodes.at(0).identity.signing.publicKey)])
  })

  it('knows at both ends whether a request would need a dial', async () => {
    await using nodes = await startLinkNodes()
    const [a, b] = [nodes.at(0), nodes.at(1)]
    const [keyOfA, keyOfB] = [a, b].map(({ record }) => encodeHex(record.ed25519))
    if (keyOfA === undefined || keyOfB === undefined) throw new Error('two nodes')
    expect([a.links.isOpen(keyOfB), b.links.isOpen(keyOfA)]).toEqual([false, false])
    await a.links.request(b.record, ask(1))
    expect([a.links.isOpen(keyOfB), b.links.isOpen(keyOfA)]).toEqual([true, true])
    b.links.end()
    await a.linkGone
    expect(a.links.isOpen(keyOfB)).toBe(false)
  })

  it('survives that both dial at once: everything is answered and one link remains in use', async () => {
    for (const seed of ['one', 'two', 'three', 'four']) {
      await using nodes = await startLinkNodes({ seed })
      const [a, b] = [nodes.at(0), nodes.at(1)]
      const answers = await Promise.all(
        Array.from({ length: 40 }, (_, index) =>
          index % 2 === 0
            ? a.links.request(b.record, ask(index))
            : b.links.request(a.record, ask(index)),
        ),
      )
      expect(answers.every((answer) => answer.ok)).toBe(true)
      const later = await Promise.all([
        a.links.request(b.record, ask(1)),
        b.links.request(a.record, ask(2)),
      ])
      expect(later.every((answer) => answer.ok)).toBe(true)
      expect(a.opened.length).toBeLessThanOrEqual(2)
    }
  })

  it('says that a dead node cannot be reached, without waiting for the time limit', async () => {
    await using nodes = await startLinkNodes()
    const dead = createRecord(createIdentity('dead'), 1)
    expect(await nodes.at(0).links.request(dead, { ...ask(1), timeoutMs: 60_000 })).toEqual(
      err({ kind: 'unreachable' }),
    )
  })

  it('reaches a node again after it was restarted on its port', async () => {
    await using nodes = await startLinkNodes()
    const [a, b] = [nodes.at(0), nodes.at(1)]
    expect((await a.links.request(b.record, ask(1))).ok).toBe(true)
    await b[Symbol.asyncDispose]()
    await a.linkGone
    await using again = await startLinkNode(
      b.identity,
      { directory: () => nodes.directory },
      b.record.ports.peer,
    )
    expect((await a.links.request(again.record, ask(2))).ok).toBe(true)
  })

  it('closes links to nodes that a new directory no longer lists', async () => {
    await using nodes = await startLinkNodes()
    const [a, b] = [nodes.at(0), nodes.at(1)]
    await a.links.request(b.record, ask(1))
    nodes.directory = createDirectory([b.record], { height: 2, issuedAt: 2 })
    b.links.retain((key) => nodes.directory.findByEd25519(key) !== undefined)
    const answer = await a.links.request(b.record, ask(2))
    expect(answer).toEqual(err({ kind: 'unreachable' }))
  })

  it('finishes what is under way when it leaves, and takes nothing new', async () => {
    const gate = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<void>()
    await using nodes = await startLinkNodes({
      answer: async (_command, body) => {
        asked.resolve()
        await gate.promise
        return body
      },
    })
    const [a, b] = [nodes.at(0), nodes.at(1)]
    const answer = a.links.request(b.record, ask(5))
    await asked.promise
    const left = b.links.leave()
    gate.resolve()
    expect((await answer).ok).toBe(true)
    await left
    expect(await b.links.request(a.record, ask(6))).toEqual(err({ kind: 'unreachable' }))
  })
})
