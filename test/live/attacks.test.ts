/**
 * Attacks that got past the access rules of other meshes, as requests to real proxies: none gets past the defaults, and with the
 * protection taken away some do, which shows that the requests bite.
 */
import assert from "node:assert/strict";
import { allow, defineMesh, deny, header, http, listen, path } from "meshwright";
import { envoyForTests } from "../envoy/envoy-for-tests.ts";
import { skip } from "../skip.ts";
import type { Ask, HeaderLines } from "./proof/ask.ts";
import type { Alter } from "./proof/merged-bootstrap.ts";
import { perform, type Seen } from "./proof/perform.ts";
import { compiled } from "./proof/prove.ts";
import { Rig } from "./proof/rig.ts";

const mesh = defineMesh({
  name: "attacked",
  targets: ["envoy"],
  services: {
    web: { ports: { http: http(80) }, calls: ["shop", "reports"] },
    other: { ports: { http: http(80) } },
    shop: {
      ports: { http: http(80) },
      access: {
        noAdmin: deny({ paths: [path("/admin").andBelow()] }),
        noRole: deny({ headers: [header("x-role").is("admin")] }),
      },
    },
    reports: {
      ports: { http: http(80) },
      access: { publicOnly: allow({ from: ["web", "edge"], paths: [path("/public").andBelow()] }) },
    },
  },
  gateways: {
    edge: {
      listeners: { plain: listen.http(80, { hosts: ["shop.example", "reports.example"] }) },
      routes: {
        shop: { hosts: ["shop.example"], to: "shop", retries: { attempts: 0 } },
        reports: { hosts: ["reports.example"], to: "reports" },
      },
    },
  },
  routes: { shop: { all: { retries: { attempts: 0 } } } },
});

interface Attack {
  readonly title: string;
  /** Where the pattern is known from. */
  readonly known: string;
  readonly asks: readonly Ask[];
  /** Did the attacker get what the mesh refuses? */
  isThrough(seen: Seen): boolean;
  /** The configuration without the protection. */
  readonly without: Alter;
}

// --- who asks --------------------------------------------------------------------------------------------------------

const web = { kind: "service", service: "default/attacked/web" } as const;
const outside = { kind: "outside", gateway: "default/attacked/edge", listener: "plain" } as const;

const wire = (from: Ask["from"], host: string, target: string, method: string, headers: HeaderLines): Ask => ({
  from,
  wire: { method, target, host, headers },
  carries: [],
});

const HOSTS = {
  shop: ["shop", "SHOP", "shop.", "shop:80", "shop.attacked.svc", "Shop.attacked.svc.cluster.local.:80"],
  reports: ["reports", "REPORTS.attacked", "reports:80"],
} as const;
const DOORS = {
  shop: ["shop.example", "SHOP.example", "shop.example.", "shop.example:80", "shop.example:443", "Shop.Example.:1"],
  reports: ["reports.example", "REPORTS.example", "reports.example:8080"],
} as const;
const METHODS = ["GET", "POST", "PUT", "HEAD"];
/** What servers and proxies take for the real path or the real caller. */
const DISGUISES: readonly HeaderLines[] = [
  [],
  [["x-envoy-original-path", "/"]],
  [
    ["x-original-url", "/"],
    ["x-rewrite-url", "/"],
  ],
  [
    ["x-forwarded-prefix", "/x"],
    ["x-forwarded-uri", "/"],
  ],
  [["x-http-method-override", "OPTIONS"]],
];

/** Every spelling by every way. */
const everyWay = (service: keyof typeof HOSTS, targets: readonly string[]): Ask[] =>
  targets.flatMap((target) =>
    METHODS.flatMap((method) =>
      DISGUISES.flatMap((headers) => [
        ...HOSTS[service].map((host) => wire(web, host, target, method, headers)),
        ...DOORS[service].map((host) => wire(outside, host, target, method, headers)),
      ]),
    ),
  );

// --- paths -----------------------------------------------------------------------------------------------------------

const INTO_ADMIN = [
  "/admin",
  "/admin/",
  "/admin/x",
  "/admin?x",
  "/admin#x",
  "/admin%2f",
  "/admin%2Fx",
  "/admin//",
  "//admin",
  "///admin",
  "/./admin",
  "/%2e/admin",
  "/x/../admin",
  "/x/%2e%2e/admin",
  "/x/.%2E/admin",
  "/x%2f..%2fadmin",
  "/x/..%2Fadmin",
  "/..//admin",
  "/x/..;/admin",
  "/x/..;a=b/admin",
  "/%61dmin",
  "/%61%64%6d%69%6e",
  "/%2fadmin",
  "/%5cadmin",
  "/\\admin",
  "/x\\..\\admin",
  "/x%5c..%5Cadmin",
  "/admin\\x",
  "/admin/../admin",
];

const OUT_OF_PUBLIC = [
  "/public/../private",
  "/public/%2e%2e/private",
  "/public/.%2e/private",
  "/public/..%2fprivate",
  "/public%2f..%2fprivate",
  "/public/..;/private",
  "/public//../private",
  "/public/x/../../private",
  "/public\\..\\private",
  "/public/%5c../private",
  "/public/..",
  "/publicity",
  "/public%2e%2e/private",
  "/private",
  "//private/public",
  "/private/..%2fpublic/../private",
];

/** What a server makes of a path that normalizes by the book (RFC 3986) and takes a backslash for a slash. */
function servedPath(target: string): string {
  const plain = target
    .replace(/[?#].*$/, "")
    .replace(/%[0-9a-f]{2}/gi, decodeURIComponent)
    .replaceAll("\\", "/");
  const segments: string[] = [];
  for (const segment of plain.split("/")) {
    if (segment === "..") segments.pop();
    else if (segment !== "" && segment !== ".") segments.push(segment);
  }
  return `/${segments.join("/")}`;
}

const isBelow = (target: string, prefix: string): boolean => {
  const served = servedPath(target);
  return served === prefix || served.startsWith(`${prefix}/`);
};

const NO_NORMALIZATION: Readonly<Record<string, unknown>> = {
  normalize_path: false,
  merge_slashes: false,
  path_with_escaped_slashes_action: "KEEP_UNCHANGED",
};

const instead =
  (fields: Readonly<Record<string, unknown>>): Alter =>
  (key, value) =>
    Object.hasOwn(fields, key) ? fields[key] : value;

// --- headers ---------------------------------------------------------------------------------------------------------

const ROLES: readonly HeaderLines[] = [
  [["x-role", "admin"]],
  [["X-ROLE", "admin"]],
  [["x-role", "  admin\t"]],
  [
    ["x-role", "user"],
    ["x-role", "admin"],
  ],
  [
    ["x-role", "admin"],
    ["x-role", "user"],
  ],
  [
    ["x-role", ""],
    ["x-role", "admin"],
    ["X-Role", "user"],
  ],
];

const FORGED = "URI=spiffe://attacked.mesh/ns/attacked/sa/forged";
const CERTIFICATES: readonly HeaderLines[] = [
  [["x-forwarded-client-cert", FORGED]],
  [["X-Forwarded-Client-Cert", FORGED]],
  [
    ["x-forwarded-client-cert", "By=a"],
    ["x-forwarded-client-cert", FORGED],
  ],
];

/** Private addresses, which Envoy once took for its own. */
const NEIGHBOURS: readonly HeaderLines[] = [[], [["x-forwarded-for", "127.0.0.1"]], [["x-forwarded-for", "10.0.0.1"]]];
const STEERING: readonly HeaderLines[] = [
  [
    ["x-envoy-retry-on", "5xx"],
    ["x-envoy-max-retries", "3"],
  ],
  [
    ["x-envoy-retry-on", "retriable-status-codes"],
    ["x-envoy-retriable-status-codes", "503"],
  ],
  [["x-envoy-retry-on", "gateway-error"]],
];

const headersEverywhere = (lines: readonly HeaderLines[]): Ask[] =>
  lines.flatMap((headers) => [
    ...HOSTS.shop.map((host) => wire(web, host, "/", "GET", headers)),
    ...DOORS.shop.map((host) => wire(outside, host, "/", "GET", headers)),
  ]);

const valueSeen = ({ arrived }: Seen, name: string, part: string): boolean =>
  arrived.some(({ headers }) => headers.some(([own, value]) => own === name && value.includes(part)));

// --- callers ---------------------------------------------------------------------------------------------------------

const straight = (
  service: string,
  shows: Extract<Ask["from"], { kind: "straight" }>["shows"],
  foreign: boolean,
): Ask => ({
  ...wire(
    { kind: "straight", service: `default/attacked/${service}`, port: "http", shows },
    service,
    "/public",
    "GET",
    [],
  ),
  foreign,
});

const STRANGERS: readonly Ask[] = ["shop", "reports", "web", "other"].flatMap((service) => [
  straight(service, { kind: "plaintext" }, false),
  straight(service, { kind: "stranger" }, false),
  straight(service, { kind: "stranger" }, true),
  straight(service, { kind: "identity", identity: "spiffe://attacked.mesh/ns/attacked/sa/other" as never }, false),
  straight(service, { kind: "identity", identity: "spiffe://attacked.mesh/ns/attacked/sa/webx" as never }, false),
]);

const ATTACKS: readonly Attack[] = [
  {
    title: "a denied path in other spellings",
    known: "CVE-2021-31920, CVE-2021-39156, CVE-2020-8595, CVE-2019-9901",
    asks: everyWay("shop", INTO_ADMIN),
    isThrough: ({ arrived }) => arrived.some((one) => isBelow(one.path, "/admin")),
    without: instead(NO_NORMALIZATION),
  },
  {
    title: "a way out of the only path that is allowed",
    known: "CVE-2021-31920, CVE-2019-9901",
    asks: everyWay("reports", OUT_OF_PUBLIC),
    isThrough: ({ arrived }) => arrived.some((one) => !isBelow(one.path, "/public")),
    without: instead(NO_NORMALIZATION),
  },
  {
    title: "a denied header among several values",
    known: "CVE-2026-26308, CVE-2021-32777, CVE-2020-25017",
    asks: headersEverywhere(ROLES),
    isThrough: (seen) => valueSeen(seen, "x-role", "admin"),
    without: (key, value) => (key === "rules" && isDenial(value) ? undefined : value),
  },
  {
    title: "a certificate that the caller claims to have",
    known: "reliability.md T7",
    asks: headersEverywhere(CERTIFICATES),
    isThrough: (seen) => valueSeen(seen, "x-forwarded-client-cert", "forged"),
    without: instead({ forward_client_cert_details: "ALWAYS_FORWARD_ONLY" }),
  },
  {
    title: "headers by which a client steers a proxy, from an address that looks like a neighbour's",
    known: "CVE-2024-45806",
    asks: headersEverywhere(STEERING.flatMap((steering) => NEIGHBOURS.map((from) => [...steering, ...from]))).map(
      (ask) => ({
        ...ask,
        answers: [{ kind: "status", status: 503 }],
      }),
    ),
    isThrough: ({ arrived }) => arrived.length > 1,
    without: instead({ internal_address_config: { cidr_ranges: [{ address_prefix: "0.0.0.0", prefix_len: 0 }] } }),
  },
  {
    title: "a header with an underscore, which servers take for one with a dash",
    known: "Envoy edge best practices",
    asks: DOORS.shop.flatMap((host) =>
      ["x_role", "X_Role", "x-role_"].map((name) => wire(outside, host, "/", "GET", [[name, "admin"]])),
    ),
    isThrough: ({ arrived }) => arrived.length > 0,
    without: instead({ headers_with_underscores_action: "ALLOW" }),
  },
  {
    title: "callers without a certificate, with somebody else's, or with one of the mesh that may not call",
    known: "reliability.md T5, T6",
    asks: STRANGERS,
    isThrough: ({ arrived }) => arrived.length > 0,
    without: (key, value) =>
      key === "rules" || key === "combined_validation_context"
        ? undefined
        : key === "require_client_certificate"
          ? false
          : value,
  },
];

const isDenial = (rules: unknown): boolean => (rules as { readonly action?: unknown }).action === "DENY";

// --- the tests -------------------------------------------------------------------------------------------------------

describe("attacks: what gets past", function () {
  this.timeout(120_000);
  const ir = compiled(mesh.at("default"));
  let rig: Rig;

  before(async function () {
    if (process.platform === "linux") rig = await Rig.start(await envoyForTests(), [ir]);
    else skip(this, "each mesh listens on a loopback address of its own, which only Linux has");
  });
  after(() => rig?.stop());

  it("what is allowed arrives", async () => {
    const asks = [
      ...everyWay("reports", ["/public", "/public/x", "/private/../public"]),
      ...everyWay("shop", ["/", "/administration", "/x/admin"]),
    ];
    const arrived = await passing(rig, asks, (seen) => seen.arrived.length === 1);
    assert.equal(arrived.length, asks.length);
  });

  it("what is not the denied path arrives under its own name", async () => {
    const asks = everyWay("shop", OTHER_NAMES);
    const arrived = await passing(rig, asks, (seen) => seen.arrived.length === 1);
    assert.equal(arrived.length, asks.length);
    assert.deepEqual(await passing(rig, asks, ({ arrived: [one] }) => isBelow(one?.path ?? "/admin", "/admin")), []);
  });

  for (const attack of ATTACKS)
    it(`${attack.title} (${attack.known}): 0 of ${attack.asks.length}`, async () => {
      const through = await throughOf(rig, attack);
      assert.deepEqual(through.slice(0, 5), [], `${through.length} of ${attack.asks.length} get past the defaults`);
      const bare = await Rig.start(await envoyForTests(), [ir], attack.without);
      try {
        const biting = await throughOf(bare, attack);
        console.log(`      without the protection: ${biting.length} of ${attack.asks.length}`);
        assert.ok(biting.length > 0, "without the protection none gets past either: the test proves nothing");
      } finally {
        await bare.stop();
      }
    });
});

/** Other names for other things by the book (RFC 3986); servers that fold case, cut parameters or decode twice need a rule for each. */
const OTHER_NAMES = [
  "/Admin",
  "/ADMIN/x",
  "/admin;x",
  "/admin;/x",
  "/%2561dmin",
  "/%252fadmin",
  "/admin%20",
  "/admin.",
];

const AT_ONCE = 32;

const throughOf = (rig: Rig, { asks, isThrough }: Attack): Promise<readonly Ask[]> => passing(rig, asks, isThrough);

async function passing(rig: Rig, asks: readonly Ask[], test: (seen: Seen) => boolean): Promise<readonly Ask[]> {
  const [subject] = rig.meshes;
  assert.ok(subject);
  const found: Ask[] = [];
  let next = 0;
  const worker = async () => {
    for (let ask = asks[next++]; ask !== undefined; ask = asks[next++])
      if (test(await perform(rig, subject, ask))) found.push(ask);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return found;
}
