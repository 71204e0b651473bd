/**
 * Reading from a registry of images and charts. Whatever it answers is compared with the digest that names it, so neither a registry
 * nor a mirror is taken at its word. Reads without credentials; writes nothing.
 *
 * @source OCI distribution specification 1.1, pull · distribution.github.io/distribution/spec/auth/token, read 2026-11
 */
import type { Digest } from "../deployment/lock.ts";
import { sha256 } from "./chart-digest.ts";
import { bytesOf, request } from "./download.ts";

export interface Repository {
  /** With its port, where it is not the usual one. */
  readonly host: string;
  /** `release/pilot` */
  readonly name: string;
}

export interface Manifest {
  readonly digest: Digest;
  readonly bytes: Uint8Array;
}

/** A name as images have it; without a registry it is Docker Hub's. */
export function repositoryNamed(name: string): Repository {
  const [first = "", ...rest] = name.split("/");
  const hasHost = rest.length > 0 && (/[.:]/.test(first) || first === "localhost");
  const [host, path] = hasHost ? [first, rest] : ["docker.io", [first, ...rest]];
  if (host !== "docker.io") return { host, name: path.join("/") };
  return { host: "registry-1.docker.io", name: path.length > 1 ? path.join("/") : `library/${path[0]}` };
}

/** On this machine registries speak plain HTTP, as every tool expects. */
const originOf = ({ host }: Repository): string =>
  `${/^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host) ? "http" : "https"}://${host}`;

/** An index of several platforms is a manifest, too, and what a tag names: its digest is right on every node. */
const MANIFESTS = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/** @throws with a reason that a user can read */
export async function manifestOf(repository: Repository, tag: string): Promise<Manifest> {
  const answer = await ask(repository, `manifests/${tag}`, MANIFESTS);
  const bytes = await bytesOf(answer);
  return { digest: compare(answer.headers.get("docker-content-digest"), bytes, `${repository.name}:${tag}`), bytes };
}

/** @throws with a reason that a user can read */
export async function blobOf(repository: Repository, digest: string): Promise<Uint8Array> {
  const bytes = await bytesOf(await ask(repository, `blobs/${digest}`, "application/octet-stream"));
  compare(digest, bytes, repository.name);
  return bytes;
}

/** The digest of what came, which is the stated one where one was stated. */
function compare(stated: string | null, bytes: Uint8Array, what: string): Digest {
  const digest = `sha256:${sha256(bytes)}` as const;
  if (stated !== null && stated !== digest) throw new Error(`${what} is said to be ${stated}, and came as ${digest}`);
  return digest;
}

/** Public registries, too, want a token, and say in their refusal where it can be had. */
async function ask(repository: Repository, path: string, accept: string): Promise<Response> {
  const { name } = repository;
  const url = new URL(`/v2/${name}/${path}`, originOf(repository));
  const answer = await request(url, { accept });
  if (answer.status !== 401) return answer;
  const token = await fetchToken(answer.headers.get("www-authenticate") ?? "", name);
  return request(url, { accept, authorization: `Bearer ${token}` });
}

async function fetchToken(challenge: string, name: string): Promise<string> {
  const { realm, service } = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  if (!/^bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm))
    throw new Error(`${name} is not for everybody: its registry asks for a password`);
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", `repository:${name}:pull`);
  const answer = JSON.parse(new TextDecoder().decode(await bytesOf(await request(url)))) as Token;
  const token = answer.token ?? answer.access_token;
  if (typeof token !== "string") throw new Error(`${url.host} gave no token`);
  return token;
}

interface Token {
  readonly token?: unknown;
  readonly access_token?: unknown;
}
