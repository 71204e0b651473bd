/**
 * Runs a piece of a Pulumi program against Pulumi's mocks and tells what it registered: not only each resource's inputs, but what stands
 * in the request itself (parent, dependencies, protection), which mocks by themselves do not show.
 */
import { Provider } from "@pulumi/kubernetes";
import { runtime } from "@pulumi/pulumi";

export interface Registered {
  readonly type: string;
  readonly name: string;
  /** As type and name; absent for what stands at the top. */
  readonly parent: string | undefined;
  /** As type and name, sorted. */
  readonly dependsOn: readonly string[];
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  /** Of its own or its parents'. */
  readonly provider: string;
  /** Secrets as `{ secret: value }`, what is not known yet as `undefined`. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

export interface MockOptions {
  /** A preview knows no outputs of what is not there yet. */
  readonly preview?: boolean;
  /** Outputs by type: what a provider would answer. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export interface Deployed<T> {
  readonly result: T;
  readonly resources: readonly Registered[];
}

const SECRET = "4dabf18193072939515e22adb298388d";
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The part of a request that is asked here; Pulumi generates its class without exporting it. */
interface Request {
  getType(): string;
  getName(): string;
  getParent(): string;
  getProvider(): string;
  getProtect(): boolean;
  getDependenciesList(): readonly string[];
  getIgnorechangesList(): readonly string[];
  getObject(): { toJavaScript(): Readonly<Record<string, unknown>> } | undefined;
}

interface Monitor {
  registerResource(request: Request, callback: unknown): unknown;
}

export async function deploy<T>(
  program: (provider: Provider) => T | Promise<T>,
  { preview = false, outputs = {} }: MockOptions = {},
): Promise<Deployed<T>> {
  const requests: Request[] = [];
  await runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => ({
        id: id ?? (preview ? undefined : `${name}-id`),
        state: { ...inputs, ...(preview ? {} : MADE[type]), ...outputs[type] },
      }),
      call: () => ({}),
    },
    "shop",
    "test",
    preview,
  );
  const monitor = runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    requests.push(request);
    return register(request, callback);
  };
  const result = await program(new Provider("cluster", { context: "test" }));
  await settled();
  const resources = requests.map(read).filter(({ type }) => type !== "pulumi:providers:kubernetes");
  return { result, resources };
}

/** What providers make: outputs that no input holds. */
const MADE: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "tls:index/privateKey:PrivateKey": { privateKeyPem: "-----PRIVATE KEY-----\n" },
  "tls:index/selfSignedCert:SelfSignedCert": { certPem: "-----ROOT-----\n" },
  "tls:index/certRequest:CertRequest": { certRequestPem: "-----REQUEST-----\n" },
  "tls:index/locallySignedCert:LocallySignedCert": { certPem: "-----INTERMEDIATE-----\n" },
  "random:index/randomId:RandomId": { hex: "c0ffee00" },
};

/** Until every registration is done; Pulumi's declarations hide it, its own tests use it. */
const settled = (): Promise<void> => (runtime as unknown as { waitForRPCs(): Promise<void> }).waitForRPCs();

const read = (request: Request): Registered => ({
  type: request.getType(),
  name: request.getName(),
  parent: request.getParent() === "" ? undefined : shorten(request.getParent()),
  dependsOn: request.getDependenciesList().map(shorten).sort(),
  protect: request.getProtect(),
  ignoreChanges: request.getIgnorechangesList(),
  provider: request.getProvider(),
  inputs: plain(request.getObject()?.toJavaScript() ?? {}) as Readonly<Record<string, unknown>>,
});

/** `type name` of a URN, without the types of its parents. */
function shorten(urn: string): string {
  const [, , types = "", ...name] = urn.replace("urn:pulumi:", "").split("::");
  return `${types.split("$").at(-1)} ${name.join("::")}`;
}

function plain(value: unknown): unknown {
  if (value === UNKNOWN) return undefined;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (SECRET in value) return { secret: plain((value as unknown as { readonly value: unknown }).value) };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

export const byType = (resources: readonly Registered[], type: string): readonly Registered[] =>
  resources.filter((one) => one.type === type);

export function named(resources: readonly Registered[], name: string, type?: string): Registered {
  const found = resources.filter((one) => one.name === name && (type === undefined || one.type === type));
  if (found[0] === undefined || found.length > 1)
    throw new Error(`${found.length} resources are called ${name}:\n${resources.map((one) => one.name).join("\n")}`);
  return found[0];
}
