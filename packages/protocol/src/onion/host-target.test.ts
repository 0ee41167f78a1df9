/** Addresses of hosts: what passes by form, and what must not reach a URL. */
import { arbitraryText, DECODER_RUNS } from '@sotto/testkit/arbitraries'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseHostTarget } from './host-target.ts'

const GOOD = { host: 'files.example.org', target: '/oxen/v4/lsrpc' }

describe('parseHostTarget', () => {
  it('fills in port and protocol', () => {
    expect(parseHostTarget(GOOD)).toEqual({ ...GOOD, port: 443, protocol: 'https' })
    expect(parseHostTarget({ ...GOOD, port: null, protocol: null })).toMatchObject({ port: 443 })
  })

  it.each(['/oxen/v4/lsrpc', '/loki/v3/lsrpc', '/loki/lsrpc', '/oxen/v4/room-1/~x/lsrpc'])(
    'takes the target %s (trap 6)',
    (target) => {
      expect(parseHostTarget({ ...GOOD, target })).toMatchObject({ target })
    },
  )

  it.each([
    '/v4/lsrpc',
    '/oxen/v4/lsrpc/',
    '/oxen/v4/admin',
    '/loki/v3/lsrpcs',
    '/loki/v3/xlsrpc',
    '/oxen/v4/LSRPC',
    '/oxen/v4/xlsrpc?y=/lsrpc',
    '/oxen//lsrpc',
    '/oxen/./lsrpc',
    '/oxen/.hidden/lsrpc',
    '/oxen/v4/lsrpc\n',
    '/oxenx/v4/lsrpc',
    '//evil.example/loki/v3/lsrpc',
    '/loki/v3;x/lsrpc',
    `/loki/${'a'.repeat(300)}/lsrpc`,
    '',
  ])('refuses the target %j (trap 6)', (target) => {
    expect(parseHostTarget({ ...GOOD, target })).toBeUndefined()
  })

  it.each(['example.org', 'EXAMPLE.org.', '1.2.3.4', '[2001:db8::1]', '::1', 'x', 'a_b.example'])(
    'takes the host %s',
    (host) => {
      expect(parseHostTarget({ ...GOOD, host })).toMatchObject({ host })
    },
  )

  it.each([
    'a@b',
    'a/b',
    'a:80',
    'a#b',
    'a?b',
    'a\\b',
    ' a',
    'a\n',
    '-a',
    '.',
    '[::1',
    '%31',
    'é.example',
  ])('refuses the host %j, which a URL library might read otherwise', (host) => {
    expect(parseHostTarget({ ...GOOD, host })).toBeUndefined()
  })

  it('gives hosts and targets that a URL keeps as they are: random text is a refusal, never a throw', () => {
    fc.assert(
      fc.property(
        fc.oneof(arbitraryText(30), fc.constantFrom('/loki/', '/oxen/a/', 'x')),
        fc.oneof(arbitraryText(12), fc.domain(), fc.ipV4(), fc.ipV6()),
        (middle, host) => {
          const parsed = parseHostTarget({ host, target: `/loki/${middle}/lsrpc` })
          const target = parseHostTarget({ ...GOOD, target: `/loki/${middle}/lsrpc` })?.target
          if (target !== undefined) expect(new URL(`https://x${target}`).pathname).toBe(target)
          const text = `https://${parsed?.host ?? 'x'}/y`
          if (!URL.canParse(text)) return
          const { username, port, pathname } = new URL(text)
          expect([username, port, pathname]).toEqual(['', '', '/y'])
        },
      ),
      { numRuns: DECODER_RUNS },
    )
  })
})
