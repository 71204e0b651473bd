/** Request metrics in the IR. */
export interface RequestMetricsIr {
  readonly requests: boolean;
  readonly connections: boolean;
}
