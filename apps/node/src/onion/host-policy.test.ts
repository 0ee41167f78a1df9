/** Which host may be reached, and at which address (spec 04 §4.6, TM-E2). */
import { describe, expect, it } from 'vitest'
import { createHostPolicy, type HostAddress } from './host-policy.ts'

const PUBLIC: HostAddress = { address: '93.184.216.34', family: 4 }
const PRIVATE: HostAddress = { address: '10.0.0.1', family: 4 }

/** A resolver that says what it is told to say and remembers what it was asked. */
function createRecorder(answers: Readonly<Record<string, readonly HostAddress[]>>) {
  const asked: string[] = []
  const resolve = async (host: string): Promise<readonly HostAddress[]> => {
    asked.push(host)
    const found = answers[host]
    if (found === undefined) throw new Error('ENOTFOUND')
    return found
  }
  return { asked, resolve }
}

function createPolicy(
  answers: Readonly<Record<string, readonly HostAddress[]>>,
  allowed: readonly string[] = [],
) {
  const { asked, resolve } = createRecorder(answers)
  return { asked, policy: createHostPolicy({ allowList: new Set(allowed), resolve }) }
}

describe('createHostPolicy', () => {
  it('gives the address that was checked, so that a second lookup cannot change it', async () => {
    const { policy, asked } = createPolicy({ 'files.example': [PUBLIC] })
    expect(await policy('files.example', 443)).toEqual(PUBLIC)
    expect(asked).toEqual(['files.example'])
  })

  it.each([
    ['only private ones', [PRIVATE]],
    ['a private one among public ones', [PUBLIC, PRIVATE]],
    ['a private one first', [PRIVATE, PUBLIC]],
    ['the metadata service', [{ address: '169.254.169.254', family: 4 }]],
    ['an IPv6 loopback', [PUBLIC, { address: '::1', family: 6 }]],
    ['a mapped private one', [{ address: '::ffff:192.168.0.1', family: 6 }]],
    ['none', []],
  ])('refuses a name that has %s', async (_name, addresses) => {
    const { policy } = createPolicy({ 'host.example': addresses })
    expect(await policy('host.example', 443)).toBeUndefined()
  })

  it('refuses a name that does not exist', async () => {
    const { policy } = createPolicy({})
    expect(await policy('nowhere.example', 443)).toBeUndefined()
  })

  it.each([
    ['2130706433'],
    ['017700000001'],
    ['0x7f000001'],
    ['0x7f.1'],
    ['127.1'],
    ['0177.0.0.1'],
    ['127.0.0.1.'],
    ['0x7F.0x0.0x0.0x1'],
    ['8.8.8'],
    ['010.8.8.8'],
  ])('does not even ask a resolver for %s, which each of them reads differently', async (host) => {
    const { policy, asked } = createPolicy({ [host]: [PUBLIC] })
    expect(await policy(host, 443)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it.each([['127.0.0.1'], ['10.0.0.1'], ['[::1]'], ['::1'], ['[::ffff:10.0.0.1]'], ['localhost']])(
    'refuses %s with the system’s own resolver',
    async (host) => {
      expect(await createHostPolicy({ allowList: new Set() })(host, 80)).toBeUndefined()
    },
  )

  it('lets a public address pass with the system’s own resolver, without any lookup', async () => {
    const policy = createHostPolicy({ allowList: new Set() })
    expect(await policy('93.184.216.34', 443)).toEqual(PUBLIC)
    expect(await policy('[2606:4700::1111]', 443)).toMatchObject({ address: '2606:4700::1111' })
  })

  it('lets hosts pass that the operator allows, wherever they are', async () => {
    const answers = {
      'intern.example': [PRIVATE],
      '127.0.0.1': [{ address: '127.0.0.1', family: 4 }],
    }
    const { policy } = createPolicy(answers, ['intern.example', '127.0.0.1:8080'])
    expect(await policy('intern.example', 443)).toEqual(PRIVATE)
    expect(await policy('INTERN.example', 8443)).toEqual(PRIVATE)
    expect(await policy('127.0.0.1', 8080)).toEqual({ address: '127.0.0.1', family: 4 })
  })

  it('allows a host with a port at that port only', async () => {
    const { policy } = createPolicy({ '10.0.0.1': [PRIVATE] }, ['10.0.0.1:8080'])
    expect(await policy('10.0.0.1', 8080)).toEqual(PRIVATE)
    expect(await policy('10.0.0.1', 8081)).toBeUndefined()
  })

  it('does not allow a numeric spelling of an allowed host', async () => {
    const { policy } = createPolicy({ '127.1': [PRIVATE] }, ['127.0.0.1'])
    expect(await policy('127.1', 80)).toBeUndefined()
  })
})
