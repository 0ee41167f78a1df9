/** What a person may send as text (spec 05 §5.1). */
import { describe, expect, it } from 'vitest'
import { countCodePoints, createMessageContent, TEXT_MAX_CODE_POINTS } from './index.ts'

function codeOf(text: string): string {
  const content = createMessageContent({ text })
  return content.ok ? 'accepted' : content.error.code
}

describe('createMessageContent', () => {
  it('refuses the empty text', () => {
    expect(codeOf('')).toBe('session_text_empty')
  })

  it('takes whatever else a person writes, white space included', () => {
    for (const text of [' ', '\n', '\u200d', '0']) expect(codeOf(text)).toBe('accepted')
  })

  it('takes 10,000 code points and refuses one more, however many bytes they have', () => {
    for (const character of ['a', 'ż', '你', '🎂']) {
      expect(codeOf(character.repeat(TEXT_MAX_CODE_POINTS))).toBe('accepted')
      expect(codeOf(character.repeat(TEXT_MAX_CODE_POINTS + 1))).toBe('session_text_too_long')
    }
  })

  it('leaves the profile out when there is none, and unset parts of it', () => {
    const bare = createMessageContent({ text: 'a' })
    expect(bare.ok && bare.value.dataMessage?.profile).toBeUndefined()
    const named = createMessageContent({ text: 'a', profile: { displayName: 'Alice' } })
    expect(named.ok && named.value.dataMessage?.profile).toMatchObject({ displayName: 'Alice' })
    expect(named.ok && Object.keys(named.value.dataMessage?.profile ?? {})).not.toContain(
      'profilePicture',
    )
  })

  it('has the whole profile when it is given', () => {
    const profile = {
      displayName: 'Alice',
      pictureUrl: 'http://example.org/1#p=ab',
      updatedAtSeconds: 1_767_225_600,
      key: new Uint8Array(32).fill(1),
    }
    const content = createMessageContent({ text: 'a', profile })
    expect(content.ok && content.value.dataMessage).toMatchObject({
      profileKey: profile.key,
      profile: {
        displayName: 'Alice',
        profilePicture: profile.pictureUrl,
        lastProfileUpdateSeconds: 1_767_225_600n,
      },
    })
  })
})

describe('countCodePoints', () => {
  it('counts as other clients do: neither bytes nor what is seen', () => {
    expect(countCodePoints('')).toBe(0)
    expect(countCodePoints('🎂')).toBe(1)
    expect(countCodePoints('👩‍👩‍👧')).toBe(5)
    expect(countCodePoints('e\u0301')).toBe(2)
    expect(countCodePoints('\ud800')).toBe(1)
  })
})
