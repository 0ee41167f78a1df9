/** Why a node could not listen, from errors as Node makes them. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { describe, expect, it } from 'vitest'
import { describeListenFailure } from './describe-listen-failure.ts'

const CONFIG = {
  host: '127.0.0.1',
  operatorHost: '127.0.0.1',
  httpsPort: 1,
  webPort: 2,
  peerPort: 3,
}

async function listen(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host)
  await once(server, 'listening')
  return server
}

describe('describeListenFailure', () => {
  it('names address and setting of a port that is in use', async () => {
    await using first = await listen(0, '127.0.0.1')
    const address = first.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const error: unknown = await listen(port, '127.0.0.1').catch((reason: unknown) => reason)
    const failure = describeListenFailure(error, { ...CONFIG, webPort: port })
    expect(failure).toMatchObject({ code: 'node_address', cause: error })
    expect(failure?.message).toBe(
      `The node cannot listen on 127.0.0.1:${port} (SOTTO_WEB_PORT): another program listens there. Stop it, or choose another port.`,
    )
  })

  it('names the setting of an address that the machine has not', async () => {
    const error: unknown = await listen(22_021, '192.0.2.1').catch((reason: unknown) => reason)
    const config = { ...CONFIG, host: '192.0.2.1', httpsPort: 22_021 }
    expect(describeListenFailure(error, config)?.message).toContain(
      '(SOTTO_HOST): this machine has no',
    )
  })

  it.each([
    new Error('other'),
    Object.assign(new Error('refused'), { code: 'ECONNREFUSED', port: 1 }),
    Object.assign(new Error('of another port'), { code: 'EADDRINUSE', port: 9 }),
    'text',
  ])('leaves other errors alone', (error) => {
    expect(describeListenFailure(error, CONFIG)).toBeUndefined()
  })
})
