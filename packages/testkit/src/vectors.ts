/**
 * Reads the language-neutral conformance files in `vectors/` (their format is in
 * `vectors/README.md`). It checks the frame of a file; what `input` and `expect` hold is known
 * to the test that asks.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

export interface VectorCase<Input, Expect> {
  readonly name: string
  readonly note?: string
  readonly input: Input
  /** Exactly one of `expect` and `reject` is there. */
  readonly expect?: Expect
  /** Why the input must be refused. */
  readonly reject?: string
  readonly tags?: readonly string[]
}

export interface VectorFile<Input, Expect> {
  readonly spec: string
  readonly section: string
  readonly version: number
  readonly description: string
  readonly cases: readonly VectorCase<Input, Expect>[]
}

export interface AcceptedCase<Input, Expect> extends VectorCase<Input, Expect> {
  readonly expect: Expect
}

export interface RejectedCase<Input> extends VectorCase<Input, never> {
  readonly reject: string
}

const ROOT_MARK = 'pnpm-workspace.yaml'

/**
 * The repository's root, found upwards from this file, so that tests run from any directory.
 */
export function findRepositoryRoot(): string {
  let directory = import.meta.dirname
  while (!existsSync(path.join(directory, ROOT_MARK))) {
    const parent = path.dirname(directory)
    if (parent === directory) throw new Error('no repository above this package')
    directory = parent
  }
  return directory
}

/** `file` is relative to `vectors/`, for example `01-identity/account.json`. */
export function loadVectors<Input, Expect>(file: string): VectorFile<Input, Expect> {
  const text = readFileSync(path.join(findRepositoryRoot(), 'vectors', file), 'utf8')
  const vectors = JSON.parse(text) as VectorFile<Input, Expect>
  for (const vector of vectors.cases) {
    if ((vector.expect === undefined) === (vector.reject === undefined)) {
      throw new Error(`${file}: "${vector.name}" needs one of expect and reject`)
    }
  }
  return vectors
}

export function acceptedCases<Input, Expect>(
  vectors: VectorFile<Input, Expect>,
): AcceptedCase<Input, Expect>[] {
  return vectors.cases.filter(
    (vector): vector is AcceptedCase<Input, Expect> => vector.expect !== undefined,
  )
}

export function rejectedCases<Input, Expect>(
  vectors: VectorFile<Input, Expect>,
): RejectedCase<Input>[] {
  return vectors.cases.flatMap(({ name, note, input, reject, tags }) =>
    reject === undefined
      ? []
      : [{ name, input, reject, ...(note && { note }), ...(tags && { tags }) }],
  )
}
