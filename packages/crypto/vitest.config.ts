/** Runs this package's tests on both back ends. */
import { bothBackends } from '@sotto/config/vitest'

export default bothBackends()
