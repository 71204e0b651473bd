/** What an engine cannot do with these very values, though it supports what was written: found after defaults are in. */
import type { ModelPath } from "../values/model-path.ts";

export interface Limit {
  readonly path: ModelPath;
  readonly why: string;
}
