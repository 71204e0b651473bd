/** The diagnostics of reading Gateway API objects: nothing of them is dropped without one of these. */
import { defineCode } from "../../diagnostics/diagnostic.ts";

export const notExpressible = defineCode<{ feature: string }>({
  id: "MW2400",
  name: "import-not-expressible",
  severity: "error",
  what: ({ feature }) => `a mesh of Meshwright cannot say this yet: ${feature}`,
  why: () => "the mesh that was read would treat these requests differently from the objects",
  fix: () => "take it out of the objects, or keep what it does outside of the mesh",
});

export const namesListed = defineCode<{ pattern: string; names: readonly string[] }>({
  id: "MW2401",
  name: "import-names-listed",
  severity: "warning",
  what: ({ pattern, names }) =>
    names.length === 0
      ? `${pattern} stands for none of the names that were given, so nothing is served here`
      : `${pattern} is read as these names: ${names.join(", ")}`,
  why: () => "gateways of Meshwright serve names that are listed; every other name is answered with 404",
  fix: () => "give the names that clients use",
});

export const unresolved = defineCode<{ backend: string; reason: string }>({
  id: "MW2402",
  name: "import-unresolved-backend",
  severity: "warning",
  what: ({ backend, reason }) => `requests are answered with 500: ${backend} ${reason}`,
  why: () => "Gateway API asks for status 500 where a rule has no backend that can be referred to",
  fix: () => "name a Service and a port that are there, and a ReferenceGrant where it is in another namespace",
});

export const notAttached = defineCode<{ parent: string; reason: string }>({
  id: "MW2403",
  name: "import-not-attached",
  severity: "warning",
  what: ({ parent, reason }) => `the route has no effect at ${parent}: ${reason}`,
  why: () => "a route that no listener accepts is never tried",
  fix: () => "name a listener that is there and that admits the route's namespace, kind and hostnames",
});

export const notRead = defineCode<{ kind: string }>({
  id: "MW2404",
  name: "import-kind-not-read",
  severity: "warning",
  what: ({ kind }) => `objects of kind ${kind} are not read`,
  why: () => "they belong to whoever runs the workloads or the controller, and say nothing about the mesh",
  fix: () => "nothing, where that is so; leave them out to be rid of this",
});

export const gatewaySplit = defineCode<{ gateway: string; ports: readonly string[] }>({
  id: "MW2405",
  name: "import-gateway-split",
  severity: "warning",
  what: ({ gateway, ports }) => `Gateway ${gateway} becomes a gateway for each of its ports: ${ports.join(", ")}`,
  why: () =>
    "its routes differ by port, whereas a gateway of Meshwright has the same routes for a host on all of its ports",
  fix: () => "expect one Deployment for each port, or attach the same routes to all of them",
});
