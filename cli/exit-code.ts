/** How a command ended, for scripts. The same table stands in the help and in the README. */
export const exitCodes = {
  ok: 0,
  /** The mesh has errors. */
  errors: 1,
  /** Wrong usage, or input that cannot be read. */
  usage: 2,
  /** Something on this machine is missing: Envoy, Python, a newer Node.js. */
  missing: 3,
  /** Our own bug. */
  bug: 70,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
