/** Header changes, as users write them on a route: `headers`. */

/** What happens to the headers of one direction: first `remove`, then `set`, then `add`. */
export type Changes = {
  /** Replaces every value of the header. */
  readonly set?: Readonly<Record<string, string>> | undefined;
  /** Adds a value beside those that are there. */
  readonly add?: Readonly<Record<string, string>> | undefined;
  readonly remove?: readonly string[] | undefined;
};

/**
 * Changes the headers that the service sees (`request`) and those that the caller sees (`response`).
 * Values are plain text: nothing in them is expanded.
 *
 * @engines envoy `request_headers_to_add, …_to_remove` · istio `VirtualService.http[].headers`
 * @source engines.md A, Header add/set/remove
 */
export type HeaderChangesFields = {
  readonly request?: Changes | undefined;
  readonly response?: Changes | undefined;
};
