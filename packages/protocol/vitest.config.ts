/** Runs this package's tests on both back ends. */
import { bothBackendsPropertiesOnce } from '@sotto/config/vitest'

export default bothBackendsPropertiesOnce()
