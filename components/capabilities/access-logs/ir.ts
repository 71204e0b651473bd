/** Access logs in the IR. */
export interface AccessLogsIr {
  readonly requests: "all" | "errors" | "none";
}
