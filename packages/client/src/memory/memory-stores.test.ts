/** The adapters in memory are the reference: they run the suites that every other adapter runs. */
import {
  describeMessageStore,
  describeOutboxStore,
  describeStateStore,
} from '../../conformance/index.ts'
import { MemoryMessageStore, MemoryOutboxStore, MemoryStateStore } from './index.ts'

describeMessageStore('MemoryMessageStore', () => new MemoryMessageStore())
describeOutboxStore('MemoryOutboxStore', () => new MemoryOutboxStore())
describeStateStore('MemoryStateStore', () => new MemoryStateStore())
