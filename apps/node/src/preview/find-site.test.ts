/** Where a preview may lead, and where a stranger would like it to (spec 17 §5.1, TM-E2). */
import { describe, expect, it } from 'vitest'
import { createSiteFinder } from './find-site.ts'

const PUBLIC = '93.184.215.14'

/** Names as a hostile resolver would have them. */
const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'news.example': [PUBLIC],
  'inside.example': ['10.0.0.7'],
  'both.example': [PUBLIC, '192.168.0.1'],
  'loop.example': ['127.0.0.1'],
  'loop6.example': ['::1'],
  'metadata.example': ['169.254.169.254'],
  'mapped.example': ['::ffff:10.0.0.1'],
}

function createFinder(named: readonly (readonly [string, string | undefined])[] = []) {
  const asked: string[] = []
  const findSite = createSiteFinder({
    namedHosts: new Map(named),
    resolve: async (host) => {
      asked.push(host)
      const found = ADDRESSES[host] ?? (/^[\d.]+$|^[\da-f:]+$/.test(host) ? [host] : [])
      return found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
  return { asked, findSite }
}

describe('a site', () => {
  it('is one of the internet, at the address that was checked', async () => {
    const site = await createFinder().findSite('https://news.example/a?b#c')
    expect(site?.url.href).toBe('https://news.example/a?b')
    expect(site?.address).toEqual({ address: PUBLIC, family: 4 })
  })

  it('has its letters of other scripts looked up as they are registered', async () => {
    const { asked, findSite } = createFinder()
    await findSite('https://bücher.example/')
    expect(asked).toEqual(['xn--bcher-kva.example'])
  })

  it.each([
    'https://inside.example/',
    'https://both.example/',
    'https://loop.example/',
    'https://loop6.example/',
    'https://metadata.example/',
    'https://mapped.example/',
    'https://unknown.example/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://0177.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://169.254.169.254/latest/meta-data/',
  ])('is never at %s, which leads inside', async (address) => {
    expect(await createFinder().findSite(address)).toBeUndefined()
  })

  it.each([
    'http://news.example/',
    'https://news.example:8443/',
    'https://news.example:22/',
    'https://user@news.example/',
    'https://user:secret@news.example/',
    'ftp://news.example/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,a',
    'https://',
    'news.example',
    '',
  ])('is never %j, and no name is looked up for it', async (address) => {
    const { asked, findSite } = createFinder()
    expect(await findSite(address)).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('is on its own port however that is written', async () => {
    const site = await createFinder().findSite('https://NEWS.example:443/')
    expect(site?.url.href).toBe('https://news.example/')
  })
})

describe('a redirection', () => {
  const base = new URL('https://news.example/old/page')

  it.each([
    ['/new', 'https://news.example/new'],
    ['next', 'https://news.example/old/next'],
    ['//news.example/b', 'https://news.example/b'],
    ['https://news.example/c#d', 'https://news.example/c'],
  ])('to %s leads to %s', async (location, url) => {
    expect((await createFinder().findSite(location, base))?.url.href).toBe(url)
  })

  it.each([
    'http://news.example/',
    '//inside.example/',
    'https://127.0.0.1/',
    '//user@news.example/',
    'file:///etc/passwd',
    'https://news.example:9200/',
  ])('is refused to %s, like a first address', async (location) => {
    expect(await createFinder().findSite(location, base)).toBeUndefined()
  })
})

describe('a host that the operator named', () => {
  it('may be anywhere, on any port and without TLS', async () => {
    const { findSite } = createFinder([['inside.example', undefined]])
    const site = await findSite('http://inside.example:8080/')
    expect(site?.address).toEqual({ address: '10.0.0.7', family: 4 })
  })

  it('is not looked up if its address was given too', async () => {
    const { asked, findSite } = createFinder([
      ['news.example', '127.0.0.1'],
      ['six.example', '::1'],
    ])
    const site = await findSite('http://news.example:8080/')
    expect(site?.address).toEqual({ address: '127.0.0.1', family: 4 })
    expect((await findSite('http://six.example/'))?.address).toEqual({ address: '::1', family: 6 })
    expect(asked).toEqual([])
  })

  it('allows no other', async () => {
    const { findSite } = createFinder([['news.example', '127.0.0.1']])
    expect(await findSite('http://loop.example/')).toBeUndefined()
    expect(await findSite('https://sub.news.example/')).toBeUndefined()
    expect(await findSite('http://127.0.0.1/')).toBeUndefined()
  })
})
