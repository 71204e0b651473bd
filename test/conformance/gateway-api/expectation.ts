/** What the conformance suite expects, as extract/ prints it; the names of fields are the suite's. */
import { fileURLToPath } from "node:url";
import { type Found, findGoModule, goOutput } from "../go-module.ts";

const SUITE = {
  path: "sigs.k8s.io/gateway-api/conformance",
  version: "v1.6.3",
  sum: "h1:UxhSb1GrDsyl+PdKe3g8a/BFWgP6hzy2PPFmZRgqeMQ=",
};

export interface HttpAsked {
  readonly Host?: string;
  readonly Method?: string;
  readonly Path?: string;
  readonly Headers?: Readonly<Record<string, string>>;
  readonly Protocol?: string;
}

export interface HttpExpected {
  readonly Request?: HttpAsked;
  readonly ExpectedRequest?: { readonly Request?: HttpAsked; readonly AbsentHeaders?: readonly string[] };
  readonly RedirectRequest?: {
    readonly Scheme?: string;
    readonly Host?: string;
    readonly Port?: string;
    readonly Path?: string;
  };
  readonly BackendSetResponseHeaders?: Readonly<Record<string, string>>;
  readonly Response?: {
    readonly StatusCode?: number;
    readonly StatusCodes?: readonly number[];
    readonly Headers?: Readonly<Record<string, string>>;
    readonly AbsentHeaders?: readonly string[];
  };
  readonly Backend?: string;
  readonly Namespace?: string;
}

export interface GrpcExpected {
  readonly EchoRequest?: object;
  readonly EchoTwoRequest?: object;
  readonly RequestMetadata?: { readonly Authority?: string; readonly Metadata?: Readonly<Record<string, string>> };
  readonly Response?: { readonly Code?: string };
  readonly Backend?: string;
  readonly Namespace?: string;
}

export interface NamespacedName {
  readonly Name: string;
  readonly Namespace: string;
}

interface Common {
  readonly test: string;
  /** File, line and column of the literal. */
  readonly at: string;
  readonly deleted?: readonly { readonly kind: string; readonly ObjectMeta?: NamespacedName }[];
  /** What the test did to the cluster that cannot be followed. */
  readonly changed?: string;
}

interface AtGateway {
  readonly address: { readonly gateway: NamespacedName; readonly listeners: readonly string[] };
}

export type Expectation =
  | (Common & AtGateway & { readonly via: "http"; readonly expected: HttpExpected })
  | (Common & AtGateway & { readonly via: "tls"; readonly serverName: string; readonly expected: HttpExpected })
  | (Common & AtGateway & { readonly via: "grpc"; readonly expected: GrpcExpected })
  | (Common & {
      readonly via: "mesh";
      readonly client: { readonly namespace: string };
      readonly expected: HttpExpected;
    });

export interface SuiteTest {
  readonly name: string;
  /** `features.SupportHTTPRoute`, and so on. */
  readonly features: readonly string[];
  /** Paths within the module. */
  readonly manifests: readonly string[];
}

export interface Suite {
  readonly folder: string;
  readonly tests: readonly SuiteTest[];
  readonly expectations: readonly Expectation[];
  /** Literals that cannot be read without running the suite. */
  readonly missed: readonly { readonly at: string; readonly why: string }[];
}

export type FoundSuite = { readonly kind: "found"; readonly suite: Suite } | Extract<Found, { kind: "none" }>;

export function readSuite(): FoundSuite {
  const module = findGoModule(SUITE);
  if (module.kind === "none") return module;
  const printed = goOutput(
    ["run", "-buildvcs=false", ".", module.folder],
    fileURLToPath(new URL("extract", import.meta.url)),
  );
  if (printed.kind === "none") return printed;
  return { kind: "found", suite: { ...(JSON.parse(printed.text) as Omit<Suite, "folder">), folder: module.folder } };
}
