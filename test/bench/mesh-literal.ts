/** Meshes as the text of a TypeScript file, as large as wanted: what a compiler has to read when a mesh is large. */

const CALLS = 12;

/** Small and seeded: the same mesh on every machine. @source mulberry32, T. Ettinger, public domain */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface Piece {
  readonly service: string;
  readonly routes: string;
}

/** Services with ports, two versions, about a dozen calls, a rule of access and three routes each. */
function pieces(services: number, seed: number): readonly Piece[] {
  const next = random(seed);
  const name = (index: number) => `service-${index}`;
  const callees = (self: number) =>
    [...new Set(Array.from({ length: CALLS }, () => Math.floor(next() * services)))].filter((index) => index !== self);
  const calls = Array.from({ length: services }, (_, index) => callees(index));
  const callers = Map.groupBy(
    calls.flatMap((to, from) => to.map((callee) => ({ from, callee }))),
    ({ callee }) => callee,
  );
  const service = (to: readonly number[], index: number) => {
    const caller = callers.get(index)?.[0];
    const access = caller ? `, access: { read: allow({ from: ["${name(caller.from)}"], methods: ["GET"] }) }` : "";
    const refs = to.map((callee) =>
      next() < 0.5 ? `"${name(callee)}:http"` : `{ to: "${name(callee)}", port: "grpc" }`,
    );
    return `    "${name(index)}": { ports: { http: http(80, { target: 8080 }), grpc: grpc(7070) }, versions: ["v1", "v2"], calls: [${refs.join(", ")}]${access} },`;
  };
  const routes = (index: number) => `    "${name(index)}": {
      beta: { when: [header("x-beta").is("1"), path("/beta").andBelow()], port: "http", to: "v2", fault: { abort: { status: 503, percent: percent(5) } } },
      moved: { when: path("/moved").exactly(), port: "http", to: toService("${name(Math.floor(next() * services))}", { v1: 1 }) },
      canary: { port: "http", to: { v1: 90, v2: 10 }, timeout: seconds(2), retries: { attempts: 2, on: ["5xx"] } },
    },`;
  const written = calls.map(service);
  return written.map((one, index) => ({ service: one, routes: routes(index) }));
}

const FACTORIES = "allow, grpc, header, http, path, percent, seconds, toService";
const textOf = (of: readonly Piece[], field: keyof Piece): string => of.map((one) => one[field]).join("\n");

export function meshLiteral(services: number, seed: number): string {
  const all = pieces(services, seed);
  return `import { defineMesh, ${FACTORIES} } from "meshwright";

export default defineMesh({
  name: "bench",
  targets: ["istio", "envoy"],
  services: {
${textOf(all, "service")}
  },
  routes: {
${textOf(all, "routes")}
  },
});
`;
}

/** The same mesh in several files, by name, each of which takes all names of the others that it uses on trust: the most that it can. */
export function meshFiles(services: number, seed: number, files: number): ReadonlyMap<string, string> {
  const all = pieces(services, seed);
  const size = Math.ceil(services / files);
  const parts = Array.from({ length: files }, (_, index) => all.slice(index * size, (index + 1) * size));
  const imports = parts.map((_, index) => `import * as part${index} from "./part${index}.ts";\n`).join("");
  const names = parts.map((_, index) => `part${index}`).join(", ");
  return new Map([
    ["base.ts", 'export const base = { name: "bench", targets: ["istio", "envoy"] } as const;\n'],
    [
      "mesh.ts",
      `import { defineMesh, mergeParts } from "meshwright";\nimport { base } from "./base.ts";\n${imports}
export default defineMesh(mergeParts(base, { ${names} }));\n`,
    ],
    ...parts.map((own, index) => [`part${index}.ts`, partOf(own)] as const),
  ]);
}

function partOf(own: readonly Piece[]): string {
  const [services, routes] = [textOf(own, "service"), textOf(own, "routes")];
  const defined = new Set(own.map(({ service }) => /service-\d+/.exec(service)?.[0]));
  const used = new Set(Array.from(`${services}${routes}`.matchAll(/service-\d+/g), ([name]) => name));
  const trusted = [...used]
    .filter((name) => !defined.has(name))
    .flatMap((name) => [`"${name}:http"`, `"${name}:grpc"`]);
  return `import { defineRoutes, defineServices, ${FACTORIES} } from "meshwright";
import { base } from "./base.ts";

const others = [${trusted.join(", ")}] as const;

export const services = defineServices([base, ...others], {
${services}
});

export const routes = defineRoutes([base, { services }, ...others], {
${routes}
});
`;
}
