/** Texts under names, in memory and in the history. */
import { describeStateStore } from '../../conformance/index.ts'
import { openSqlite } from '../../test/sqlite-database.ts'
import { MemoryStateStore } from '../memory/index.ts'
import { History } from './history.ts'

describeStateStore('MemoryStateStore', () => new MemoryStateStore())
describeStateStore('StateTable', () => new History(openSqlite()).state)
