/**
 * The objects as they are written, checked field by field: HTTPRoute and GRPCRoute, and what they refer to. A field that is not listed
 * here is reported, never skipped.
 * @source Gateway API 1.6 (v1), Kubernetes 1.36 core v1
 */
import type { Cursor } from "../../contract/cursor.ts";
import { boolean, integer, list, object, oneOf, type Read, type Reader, record, text } from "../../contract/read.ts";
import { notExpressible } from "./codes.ts";

const anything: Reader<unknown> = (value) => value;

/** A field that a mesh has no words for; written at all, it is a finding. */
const cannot =
  (feature: string): Reader<never> =>
  (_value: unknown, at: Cursor) =>
    at.fail(notExpressible, { feature });

const meta = object(
  {
    name: text,
    namespace: text,
    labels: record(text, "any"),
    creationTimestamp: text,
    annotations: anything,
    generation: anything,
    managedFields: anything,
    resourceVersion: anything,
    uid: anything,
  },
  { required: ["name"] },
);

/** A whole object: its spec, and what every object has around it. */
const whole = <T>(spec: Reader<T>) =>
  object({ apiVersion: text, kind: text, metadata: meta, spec, status: anything }, { required: ["metadata", "spec"] });

// --- routes --------------------------------------------------------------------------------------------------------

const number = integer(0, 1_000_000);

const parentRef = object(
  { group: text, kind: text, namespace: text, name: text, sectionName: text, port: number },
  { required: ["name"] },
);

const textMatch = oneOf("Exact", "RegularExpression");
const named = object({ type: textMatch, name: text, value: text }, { required: ["name", "value"] });

const httpMatch = object({
  path: object({ type: oneOf("Exact", "PathPrefix", "RegularExpression"), value: text }),
  method: text,
  headers: list(named),
  queryParams: list(named),
});

const grpcMatch = object({ method: object({ type: textMatch, service: text, method: text }), headers: list(named) });

const headerValues = list(object({ name: text, value: text }, { required: ["name", "value"] }));
const headerFilter = object({ set: headerValues, add: headerValues, remove: list(text) });
const pathChange = object({
  type: oneOf("ReplaceFullPath", "ReplacePrefixMatch"),
  replaceFullPath: text,
  replacePrefixMatch: text,
});

const filter = object(
  {
    type: oneOf(
      "RequestHeaderModifier",
      "ResponseHeaderModifier",
      "RequestRedirect",
      "URLRewrite",
      "RequestMirror",
      "CORS",
      "ExternalAuth",
      "ExtensionRef",
    ),
    requestHeaderModifier: headerFilter,
    responseHeaderModifier: headerFilter,
    requestRedirect: object({
      scheme: oneOf("http", "https"),
      hostname: text,
      port: number,
      path: pathChange,
      statusCode: oneOf(301, 302, 303, 307, 308),
    }),
    urlRewrite: object({ hostname: text, path: pathChange }),
    requestMirror: cannot("request mirroring"),
    cors: cannot("CORS"),
    externalAuth: cannot("external authorization"),
    extensionRef: cannot("filters of other controllers"),
  },
  { required: ["type"] },
);

const backendRef = object(
  { group: text, kind: text, namespace: text, name: text, port: number, weight: number, filters: list(filter) },
  { required: ["name"] },
);

const httpRule = object({
  name: text,
  matches: list(httpMatch),
  filters: list(filter),
  backendRefs: list(backendRef),
  timeouts: object({ request: text, backendRequest: text }),
  retry: object({ attempts: number, backoff: text, codes: list(number) }),
  sessionPersistence: cannot("session persistence"),
});

const grpcRule = object({
  name: text,
  matches: list(grpcMatch),
  filters: list(filter),
  backendRefs: list(backendRef),
  sessionPersistence: cannot("session persistence"),
});

const routeSpec = <T>(rule: Reader<T>) =>
  object({
    parentRefs: list(parentRef),
    hostnames: list(text),
    rules: list(rule),
    useDefaultGateways: cannot("default Gateways"),
  });

export const httpRoute = whole(routeSpec(httpRule));
export const grpcRoute = whole(routeSpec(grpcRule));

// --- what routes refer to ------------------------------------------------------------------------------------------

const selector = object({
  matchLabels: record(text, "any"),
  matchExpressions: cannot("namespaces selected by expressions"),
});

const listener = object(
  {
    name: text,
    hostname: text,
    port: number,
    protocol: text,
    tls: object({
      mode: oneOf("Terminate", "Passthrough"),
      certificateRefs: list(object({ group: text, kind: text, name: text, namespace: text }, { required: ["name"] })),
      options: cannot("TLS options of a controller"),
    }),
    allowedRoutes: object({
      namespaces: object({ from: oneOf("All", "Same", "Selector", "None"), selector }),
      kinds: list(object({ group: text, kind: text }, { required: ["kind"] })),
    }),
  },
  { required: ["name", "port", "protocol"] },
);

export const gateway = whole(
  object({
    gatewayClassName: text,
    listeners: list(listener),
    addresses: cannot("addresses of a Gateway"),
    infrastructure: cannot("labels and parameters of a Gateway's infrastructure"),
    allowedListeners: cannot("listeners of other objects (ListenerSet)"),
    backendTLS: cannot("certificates that a gateway shows to Services"),
    tls: cannot("certificates of clients"),
  }),
);

/** A name stands for a port of the Pods, which are not read. */
const targetPort: Reader<number> = (value, at) =>
  typeof value === "string"
    ? at.fail(notExpressible, { feature: `the target port named ${value}` })
    : number(value, at);

/** How a Service is reached from outside of the mesh is not the mesh's business; where its Pods listen is. */
export const service = whole(
  object({
    selector: record(text, "any"),
    ports: list(
      object(
        { name: text, protocol: text, appProtocol: text, port: number, targetPort, nodePort: anything },
        { required: ["port"] },
      ),
    ),
    type: oneOf("ClusterIP", "NodePort", "LoadBalancer"),
    externalName: cannot("a Service that is a name elsewhere"),
    clusterIP: text,
    clusterIPs: anything,
    ipFamilies: anything,
    ipFamilyPolicy: anything,
    publishNotReadyAddresses: boolean,
  }),
);

export const referenceGrant = whole(
  object({
    from: list(object({ group: text, kind: text, namespace: text }, { required: ["kind", "namespace"] })),
    to: list(object({ group: text, kind: text, name: text }, { required: ["kind"] })),
  }),
);

export const namespace = object({
  apiVersion: text,
  kind: text,
  metadata: meta,
  spec: anything,
  status: anything,
});

export type HttpRoute = Read<typeof httpRoute>;
export type GrpcRoute = Read<typeof grpcRoute>;
export type GatewayObject = Read<typeof gateway>;
export type ServiceObject = Read<typeof service>;
export type GrantObject = Read<typeof referenceGrant>;
export type NamespaceObject = Read<typeof namespace>;

export type ParentRef = Read<typeof parentRef>;
export type Listener = Read<typeof listener>;
export type Filter = Read<typeof filter>;
export type BackendRef = Read<typeof backendRef>;
export type HttpMatch = Read<typeof httpMatch>;
export type GrpcMatch = Read<typeof grpcMatch>;
export type HttpRule = Read<typeof httpRule>;
export type GrpcRule = Read<typeof grpcRule>;
export type ServicePort = NonNullable<ServiceObject["spec"]["ports"]>[number];
