/** Runs this package's tests on both back ends. */
import { bothBackendsStoriesOnce } from '@sotto/config/vitest'

export default bothBackendsStoriesOnce()
