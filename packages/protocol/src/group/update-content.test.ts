/** What is said about a group travels as any other content. */
import { describe, expect, it } from 'vitest'
import { accountsOf, adminOf, at, GROUP_SEED } from '../../test/group-fixtures.ts'
import { readAction, readTimer } from '../session/index.ts'
import {
  createGroupNotice,
  createPromotion,
  createUpdateContent,
  readGroupNotice,
} from './index.ts'

const admin = adminOf(GROUP_SEED)
const groupKey = admin.signing.publicKey
const author = at(accountsOf(1), 0).accountId

describe('a content about a group', () => {
  it('is read as what it carries', () => {
    const notice = { kind: 'name_changed', name: 'Hikers' } as const
    const content = createUpdateContent(createGroupNotice(notice, { admin, sentAtMs: 5 }))
    const action = readAction(content, author)
    if (!action.ok || action.value.kind !== 'group') throw new Error('an update of a group')
    const read = readGroupNotice(action.value.update, { groupKey, sentAtMs: 5 })
    expect(read).toEqual({ ok: true, value: notice })
  })

  it('has no timer: what is said about the group outlives its messages', () => {
    const content = createUpdateContent(createPromotion(admin, 'Hikers'))
    expect(readTimer(content).mode).toBe('off')
    expect(content.dataMessage?.groupUpdateMessage?.promoteMessage?.name).toBe('Hikers')
  })
})
