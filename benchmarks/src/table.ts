/**
 * The printed form of a measurement: one table a figure, in Markdown so that it can be pasted into
 * `docs/performance.md` unchanged.
 *
 * @module
 */

export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  /** What a reader must know before comparing: set-up, fairness, limits. */
  readonly notes?: readonly string[]
}

export function formatTable({ title, columns, rows, notes = [] }: Table): string {
  const widths = columns.map((column, index) =>
    Math.max(column.length, ...rows.map((row) => row[index]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, index) => (cells[index] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const text = [`### ${title}`, '', line(columns), rule, ...rows.map(line)]
  if (notes.length > 0) text.push('', ...notes.map((note) => `- ${note}`))
  return `${text.join('\n')}\n`
}

export function formatNumber(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return '–'
  return value.toLocaleString('en-GB', {
    maximumFractionDigits: digits,
    minimumFractionDigits: digits,
  })
}

/** A ratio beside its target, with a plain verdict. */
export function formatRatio(
  value: number,
  target: { atLeast: number } | { atMost: number },
): string {
  const met = 'atLeast' in target ? value >= target.atLeast : value <= target.atMost
  return `${formatNumber(value, 2)} (${met ? 'met' : 'missed'})`
}
