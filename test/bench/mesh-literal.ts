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

/** Services with ports, two versions, about a dozen calls, a rule of access and three routes each. */
export function meshLiteral(services: number, seed: number): string {
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
  const routes = (_: unknown, index: number) => `    "${name(index)}": {
      beta: { when: [header("x-beta").is("1"), path("/beta").andBelow()], port: "http", to: "v2", fault: { abort: { status: 503, percent: percent(5) } } },
      moved: { when: path("/moved").exactly(), port: "http", to: toService("${name(Math.floor(next() * services))}", { v1: 1 }) },
      canary: { port: "http", to: { v1: 90, v2: 10 }, timeout: seconds(2), retries: { attempts: 2, on: ["5xx"] } },
    },`;
  return `import { allow, defineMesh, grpc, header, http, path, percent, seconds, toService } from "meshwright";

export default defineMesh({
  name: "bench",
  targets: ["istio", "envoy"],
  services: {
${calls.map(service).join("\n")}
  },
  routes: {
${calls.map(routes).join("\n")}
  },
});
`;
}
