/** The names of a mesh as its type knows them, so that a test which misspells one does not compile. Types only. */

export type AnyVersion<VS> = { [K in keyof VS]: VersionOf<VS, K> }[keyof VS];

/** Nothing where the service has no versions. */
export type VersionOf<VS, K> = K extends keyof VS
  ? [unknown] extends [VS[K]]
    ? never
    : Extract<VS[K], string>
  : never;

export type PortOf<PS, K> = K extends keyof PS ? keyof PS[K] & string : never;
