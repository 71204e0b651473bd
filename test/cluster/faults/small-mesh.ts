/** A mesh that is deployed many times over: every part of a platform is in it, and no more. */
import { defineMesh, http, listen } from "meshwright";

const gateways = {
  front: { listeners: { web: listen.http(80, { hosts: ["small.example.com"] }) }, routes: { page: { to: "web" } } },
} as const;

/** The mesh, and what it becomes: objects are added, changed and removed. */
export const small = {
  before: defineMesh({
    name: "small",
    targets: ["istio"],
    services: {
      web: { ports: { http: http(80) }, calls: ["cart"] },
      cart: { ports: { http: http(7070) }, versions: ["v1", "v2"] },
      old: { ports: { http: http(80) } },
    },
    routes: { cart: { default: { to: "v2" } } },
    gateways,
  }),
  after: defineMesh({
    name: "small",
    targets: ["istio"],
    services: {
      web: { ports: { http: http(80) }, calls: ["cart", "next"] },
      cart: { ports: { http: http(7070) }, versions: ["v2", "v3"] },
      next: { ports: { http: http(80) } },
    },
    routes: { cart: { default: { to: "v2" } } },
    gateways,
  }),
};

export type Stage = keyof typeof small;
