/** The platform's: what all teams share. */
export const base = { name: "shop", targets: ["istio", "envoy"], owner: "platform" } as const;
