/** The figures of several runs, said in one way by every bench. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);

export const minimum = (values: readonly number[]): number => Math.min(...values);

/** The value that a share of the values does not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** How steeply a cost grows: 1 is in proportion, 2 is with the square. Least squares on logarithms. */
export function slope(points: readonly (readonly [size: number, cost: number])[]): number {
  const logs = points.map(([size, cost]) => [Math.log(size), Math.log(cost)] as const);
  const mean = (pick: 0 | 1) => logs.reduce((sum, point) => sum + point[pick], 0) / logs.length;
  const [x, y] = [mean(0), mean(1)];
  return logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0) / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0);
}

/** `median 1.2, minimum 1.1 ms`, and the ratio of the median to the limit where there is one. */
export function figure(what: string, values: readonly number[], unit: string, limit?: number, word = "limit"): string {
  const [middle, least] = [median(values), minimum(values)];
  const ratio =
    limit === undefined ? "" : `, ratio to ${word} ${(middle / limit).toFixed(2)} (${word} ${limit} ${unit})`;
  return `${what}: median ${shown(middle)}, minimum ${shown(least)} ${unit}${ratio}`;
}

const shown = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
