/** TCP ports. */
export type PortNumber = number & { readonly "~kind": "port" };

export const isPortNumber = (value: unknown): value is PortNumber =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= 65_535;
