/** The database under all tests of this folder is one that the port describes. */
import { describeDatabase } from '../../conformance/index.ts'
import { openSqlite } from '../../test/sqlite-database.ts'

describeDatabase('better-sqlite3', () => openSqlite())
