/** Direct responses in the IR. */
export interface DirectResponseIr {
  readonly status: number;
  readonly body?: string;
}
