/** Who gets past the head of a request (TM-N4), without a network. */

import { describe, expect, it } from 'vitest'
import { createGate } from '../../src/operator/operator-gate.ts'
import { createTokenCheck } from '../../src/operator/operator-token.ts'
import { TOKEN } from './operator-fixture.ts'

const judge = createGate({ host: '192.0.2.7', hasToken: createTokenCheck(TOKEN) })
const GOOD = { host: '192.0.2.7:22024', authorization: `Bearer ${TOKEN}` }

describe('createGate', () => {
  it('lets the token in, by the name that the node is configured with', () => {
    expect(judge(GOOD)).toBeUndefined()
    expect(judge({ ...GOOD, 'sec-fetch-site': 'none' })).toBeUndefined()
  })

  it.each([
    undefined,
    '',
    '192.0.2.8',
    '192.0.2.7.evil.example',
    '192.0.2.7:port',
    '[::ffff:c000:207]',
  ])('refuses the host %j before it looks at the token', (host) => {
    expect(judge({ ...GOOD, host })).toBe(403)
    expect(judge({ host })).toBe(403)
  })

  it.each(['same-origin', 'same-site', 'cross-site', ''])('refuses a page: %j', (site) => {
    expect(judge({ ...GOOD, 'sec-fetch-site': site })).toBe(403)
    expect(judge({ ...GOOD, origin: site })).toBe(403)
  })

  it.each([undefined, '', 'Bearer', 'Bearer ', `bearer ${TOKEN}`, `Bearer  ${TOKEN}`, TOKEN])(
    'asks for the token where it finds %j',
    (authorization) => {
      expect(judge({ ...GOOD, authorization })).toBe(401)
    },
  )
})
