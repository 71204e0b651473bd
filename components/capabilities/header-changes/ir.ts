/** Header changes in the IR: names in lower case, sorted. */
export interface HeaderChange {
  readonly name: string;
  readonly value: string;
}

export interface DirectionIr {
  readonly set: readonly HeaderChange[];
  readonly add: readonly HeaderChange[];
  readonly remove: readonly string[];
}

export interface HeaderChangesIr {
  readonly request: DirectionIr;
  readonly response: DirectionIr;
}
