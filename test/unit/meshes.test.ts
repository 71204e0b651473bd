/** The example meshes say what the applications they describe really are. The tables are copied from those applications, not from the meshes. */
import assert from "node:assert/strict";
import { compile, type Mesh, type MeshIr, type Probe } from "meshwright";
import bookinfo, { probes as bookinfoProbes } from "../../stacks/meshes/bookinfo.ts";
import boutique, { probes as boutiqueProbes } from "../../stacks/meshes/online-boutique.ts";

interface Facts {
  /** `port>target protocol`. */
  readonly ports: readonly string[];
  readonly calls: readonly string[];
  readonly versions?: readonly string[];
}

/**
 * The eleven services of the README and the Redis of the cart: GoogleCloudPlatform/microservices-demo @34ffea9, kubernetes-manifests
 * (`Service.ports`, `*_SERVICE_ADDR`); versions and `ecb` are ours.
 */
const SHOP: Readonly<Record<string, Facts>> = {
  frontend: {
    ports: ["80>8080 http"],
    calls: [
      "adservice",
      "cartservice",
      "checkoutservice",
      "currencyservice",
      "productcatalogservice",
      "recommendationservice",
      "shippingservice",
    ],
    versions: ["v1", "v2"],
  },
  cartservice: { ports: ["7070>7070 grpc"], calls: ["redis-cart"] },
  productcatalogservice: { ports: ["3550>3550 grpc"], calls: [], versions: ["v1", "v2"] },
  currencyservice: { ports: ["7000>7000 grpc"], calls: ["ecb"] },
  paymentservice: { ports: ["50051>50051 grpc"], calls: [] },
  shippingservice: { ports: ["50051>50051 grpc"], calls: [] },
  emailservice: { ports: ["5000>8080 grpc"], calls: [] },
  checkoutservice: {
    ports: ["5050>5050 grpc"],
    calls: [
      "cartservice",
      "currencyservice",
      "emailservice",
      "paymentservice",
      "productcatalogservice",
      "shippingservice",
    ],
  },
  recommendationservice: { ports: ["8080>8080 grpc"], calls: ["productcatalogservice"] },
  adservice: { ports: ["9555>9555 grpc"], calls: [] },
  loadgenerator: { ports: [], calls: ["frontend"] },
  "redis-cart": { ports: ["6379>6379 tcp"], calls: [] },
};

/** istio/istio @86c9f01, samples/bookinfo/platform/kube/bookinfo.yaml. */
const BOOK: Readonly<Record<string, Facts>> = {
  productpage: { ports: ["9080>9080 http"], calls: ["details", "reviews"] },
  details: { ports: ["9080>9080 http"], calls: [] },
  reviews: { ports: ["9080>9080 http"], calls: ["ratings"], versions: ["v1", "v2", "v3"] },
  ratings: { ports: ["9080>9080 http"], calls: [] },
};

const EXAMPLES: readonly (readonly [string, Mesh, readonly Probe[], Readonly<Record<string, Facts>>])[] = [
  ["Online Boutique", boutique, boutiqueProbes, SHOP],
  ["Bookinfo", bookinfo, bookinfoProbes, BOOK],
];

for (const [title, mesh, probes, facts] of EXAMPLES) {
  describe(title, () => {
    for (const environment of mesh.environments) {
      describe(environment, () => {
        const { ir, diagnostics } = compile(mesh.at(environment), { environment });

        it("compiles with nothing to mend", () =>
          assert.deepEqual(
            diagnostics.filter(({ severity }) => severity !== "note"),
            [],
          ));
        it("has the services, ports and calls of the application", () =>
          assert.deepEqual(factsOf(ir), withVersions(facts)));
        it("asks in probes only for what there is", () => {
          for (const probe of of(environment, probes)) assert.ok(isKnown(ir as MeshIr, probe), probe.name);
        });
        it("names each probe once", () => {
          const names = of(environment, probes).map(({ name }) => name);
          assert.ok(names.length > 0);
          assert.deepEqual(names, [...new Set(names)]);
        });
      });
    }
  });
}

describe("Online Boutique in its environments", () => {
  const at = (environment: string) => compile(boutique.at(environment), { environment }).ir as MeshIr;
  const canary = (environment: string) =>
    at(environment)
      .services.find(({ key }) => key === "productcatalogservice")
      ?.routes[0]?.routes.find(({ name }) => name === "canary")?.split?.destinations;

  for (const [environment, host, share, mtls] of [
    ["dev", "shop.localhost", 25, "permissive"],
    ["staging", "shop.staging.example.com", 50, "strict"],
    ["prod", "shop.example.com", 10, "strict"],
  ] as const) {
    it(`${environment}: ${host}, ${share} % canary, ads ${mtls}`, () => {
      const { gateways, services } = at(environment);
      assert.deepEqual(
        gateways.flatMap(({ hosts }) => hosts.map(({ name }) => name)),
        [host],
      );
      assert.deepEqual(
        canary(environment)?.map(({ version, weight }) => [version, weight]),
        [
          ["v1", 100 - share],
          ["v2", share],
        ],
      );
      for (const { key, mtls: found } of services) assert.equal(found.mode, key === "adservice" ? mtls : "strict", key);
    });
  }
});

const of = (environment: string, probes: readonly Probe[]): readonly Probe[] =>
  probes.filter((probe) => probe.environment === undefined || probe.environment === environment);

const withVersions = (facts: Readonly<Record<string, Facts>>) =>
  Object.fromEntries(Object.entries(facts).map(([key, one]) => [key, { versions: [], ...one }]));

function factsOf(ir: MeshIr | undefined): Readonly<Record<string, Facts>> {
  const services = ir?.services ?? [];
  const keys = new Map<string, string>([...services, ...(ir?.externals ?? [])].map(({ id, key }) => [id, key]));
  return Object.fromEntries(
    services.map(({ key, ports, versions, calls }) => [
      key,
      {
        ports: ports.map(({ number, target, protocol }) => `${number}>${target} ${protocol}`),
        calls: calls.map(({ to }) => keys.get(to) ?? to),
        versions: versions.map(({ name }) => name),
      },
    ]),
  );
}

/** Who asks is a service of the mesh; whom it asks is one, or is meant not to be there. */
function isKnown(ir: MeshIr, { from, url, expect }: Probe): boolean {
  const asker = typeof from === "string" || "gateway" in from ? undefined : from;
  const caller = ir.services.find(({ key }) => key === asker?.service);
  if (asker !== undefined && caller === undefined) return false;
  if (asker?.version !== undefined && !caller?.versions.some(({ name }) => name === asker.version)) return false;
  const { hostname, port } = new URL(url);
  const hosts = [
    ...ir.gateways.flatMap(({ hosts }) => hosts.map(({ name }) => name)),
    ...ir.externals.map(({ host }) => host),
  ];
  const callee = ir.services.find(({ name, namespace }) => hostname === name || hostname === `${name}.${namespace}`);
  if (callee !== undefined) return port === "" || callee.ports.some(({ number }) => String(number) === port);
  return hosts.some((host) => host === hostname) || expect.status === 404;
}
