// Our statements have `?` where a value goes; PostgreSQL wants `$1`, `$2`, …

/** Leaves alone what stands in quotes of either kind. */
export function numbered(sql: string): string {
  let n = 0;
  return sql.replace(/'[^']*'|"[^"]*"|\?/g, (found) => (found === '?' ? `$${String((n += 1))}` : found));
}
