import { describeFileStore } from '../../conformance/index.ts'
import { MemoryFileStore } from './memory-file-store.ts'

describeFileStore('Memory', () => new MemoryFileStore())
