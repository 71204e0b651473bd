/** Who asks, and the requests that a test can write. */
import { diagnose } from "../diagnostics/diagnostic.ts";
import { speaksHttp } from "../ir/port.ts";
import type { RequestSpec } from "../simulate/spec.ts";
import { Answer } from "./answer.ts";
import { unnamedCallee } from "./codes.ts";
import type { Context } from "./context.ts";
import { WrongTest } from "./failure.ts";
import type { PortOf } from "./names.ts";
import { isUrl, type RequestOptions, specOf } from "./request-options.ts";
import type { Asked } from "./world.ts";

/** Somebody who asks a service of whom the test has said the name. */
export type RequestsTo<VS, PS, XS> = Omit<Requests<VS, PS, XS>, "to">;

type Whom = Pick<RequestSpec, "from" | "gateway"> & { readonly to?: string | undefined };

/**
 * Each request is written as a whole URL, as the application writes it, or as a path where there is just one to ask: the service
 * named by `to`, the only one that the caller calls, or the only host of the gateway.
 */
export class Requests<VS, PS, XS> {
  readonly #context: Context;
  readonly #whom: Whom;

  constructor(context: Context, whom: Whom) {
    this.#context = context;
    this.#whom = whom;
  }

  /** @example from("web").to("reviews").get("/x") */
  to<K extends (keyof PS | keyof XS) & string>(
    service: K,
    port?: PortOf<PS, NoInfer<K>> | PortOf<XS, NoInfer<K>>,
  ): RequestsTo<VS, PS, XS> {
    return new Requests(this.#context, { ...this.#whom, to: port === undefined ? service : `${service}:${port}` });
  }

  get(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("GET", target, options);
  }

  head(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("HEAD", target, options);
  }

  post(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("POST", target, options);
  }

  put(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("PUT", target, options);
  }

  patch(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("PATCH", target, options);
  }

  delete(target: string, options?: RequestOptions): Answer<VS, PS, XS> {
    return this.request("DELETE", target, options);
  }

  request(method: string, target: string, options: RequestOptions = {}): Answer<VS, PS, XS> {
    return this.#ask(specOf(this.#at(target), method, isUrl(target) ? pathOf(target) : target, options), "http");
  }

  /** A unary gRPC call. @example from("checkout").rpc("shop.Payment/Charge") */
  rpc(call: string, { headers, ...options }: RequestOptions = {}): Answer<VS, PS, XS> {
    const path = `/${call.replace(/^\//, "")}`;
    const all = { ...options, headers: { "content-type": "application/grpc", te: "trailers", ...headers } };
    return this.#ask(specOf(this.#at(path), "POST", path, all), "grpc");
  }

  /** A connection to a port that does not speak HTTP. */
  connect(): Answer<VS, PS, XS> {
    return this.#ask({ ...this.#at("/") }, "http");
  }

  #ask(spec: RequestSpec, protocol: Asked["protocol"]): Answer<VS, PS, XS> {
    return new Answer(this.#context, this.#context.ask(spec, protocol));
  }

  #at(target: string): RequestSpec {
    const { to, ...asker } = this.#whom;
    return { ...asker, to: isUrl(target) ? placeOf(target) : (to ?? this.#onlyOne()) };
  }

  /** Whom somebody calls that is not there nobody knows: the name is what is wrong. */
  #onlyOne(): string {
    this.#context.checkAsker(this.#whom);
    const known = this.#whom.from === "outside" ? this.#hosts() : this.#callees();
    const [only] = known;
    if (known.length === 1 && only !== undefined) return only;
    const found = diagnose(unnamedCallee, { caller: this.#whom.from, known }, { path: [] });
    throw new WrongTest("the test does not say whom it asks", [found]);
  }

  /** Ports that speak HTTP. */
  #callees(): readonly string[] {
    const { services, externals } = this.#context.ir;
    const calls = services.find(({ key }) => key === this.#whom.from)?.calls ?? [];
    return calls.flatMap(({ to, port }) => {
      const callee = [...services, ...externals].find(({ id }) => id === to);
      const isHttp = callee?.ports.some((one) => one.name === port && speaksHttp(one)) === true;
      return isHttp ? [`${callee?.key}:${port}`] : [];
    });
  }

  #hosts(): readonly string[] {
    const { gateway } = this.#whom;
    const gateways = this.#context.ir.gateways.filter(({ key }) => gateway === undefined || key === gateway);
    return gateways.flatMap(({ hosts }) => hosts.map(({ name }) => name));
  }
}

const PLACE = /^https?:\/\/[^/?]*/;

const placeOf = (url: string): string => PLACE.exec(url)?.[0] ?? url;

function pathOf(url: string): string {
  const rest = url.slice(placeOf(url).length);
  return rest.startsWith("/") ? rest : `/${rest}`;
}
