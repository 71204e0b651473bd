/** The diagnostics of external services. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const nameTaken = defineCode<{ key: string }>({
  id: "MW2290",
  name: "external-name-taken",
  severity: "error",
  what: ({ key }) => `"${key}" is also the key of a service`,
  why: () => "`calls` could not tell them apart",
  fix: () => "rename one of them",
});

export const hostTwice = defineCode<{ other: string; host: string }>({
  id: "MW2291",
  name: "external-host-twice",
  severity: "error",
  what: ({ other, host }) => `${host} is also the host of ${other}`,
  why: () => "a request to that host could not be told apart",
  fix: () => "declare the host once, with all its ports",
});

export const tlsUnused = defineCode({
  id: "MW2292",
  name: "external-tls-unused",
  severity: "error",
  what: () => "`tls` says how proxies speak to this server, and on its ports none does",
  why: () => "on a `tls` port the application speaks TLS itself and verifies the server, so this would do nothing",
  fix: () => "remove it, or declare the port as `http`, `http2`, `grpc` or `tcp`, on which the proxy speaks TLS",
});
