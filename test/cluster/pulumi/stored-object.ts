/** What the double keeps of an object: its inputs as Pulumi gave them, secrets still marked; and how they compare with the cluster's. */
import type { KubernetesObject } from "../../../components/engines/kubernetes.ts";

export type Properties = Readonly<Record<string, unknown>>;

/** Pulumi's mark of a secret on the wire. */
const SECRET = "4dabf18193072939515e22adb298388d";

interface Wrapped {
  readonly value: unknown;
}

const isRecord = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isSecret = (value: unknown): value is Wrapped => isRecord(value) && SECRET in value;

/** As the API server takes it. */
export const plainObject = (inputs: Properties): KubernetesObject => plain(inputs) as KubernetesObject;

/** Without the marks of secrets. */
export const plain = (inputs: Properties): Properties => unwrap(inputs) as Properties;

function unwrap(value: unknown): unknown {
  if (isSecret(value)) return unwrap(value.value);
  if (Array.isArray(value)) return value.map(unwrap);
  return isRecord(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, unwrap(item)])) : value;
}

/** Of the cluster's object only what the inputs speak of: the rest belongs to others, or is a default. */
export function onlyOurs(ours: unknown, live: unknown): unknown {
  if (isSecret(ours)) return { ...ours, value: onlyOurs(ours.value, live) };
  if (Array.isArray(ours) && Array.isArray(live) && ours.length === live.length)
    return live.map((item, index) => onlyOurs(ours[index], item));
  if (!isRecord(ours) || !isRecord(live)) return live;
  return Object.fromEntries(
    Object.entries(ours)
      .filter(([key, item]) => key in live || isEmpty(item))
      .map(([key, item]) => [key, key in live ? onlyOurs(item, live[key]) : item]),
  );
}

/**
 * The provider answers with all that the server stores. The double tells what a program asks of Istio's objects, and no more: what others
 * write into an object is no difference here.
 */
export function asStored(ours: Properties, live: Properties): Properties {
  if (!String(ours.apiVersion).includes(".istio.io/")) return ours;
  const { uid, generation } = live.metadata as Properties;
  return { ...ours, metadata: { ...(ours.metadata as Properties), uid, generation } };
}

/** What was written, of what is told. */
export function unstored(told: Properties): Properties {
  if (!String(told.apiVersion).includes(".istio.io/")) return told;
  const { uid, generation, ...metadata } = told.metadata as Properties;
  return { ...told, metadata };
}

/** What the server leaves out when it answers: nothing, said in as many words. */
const isEmpty = (value: unknown): boolean =>
  value === null || value === "" || value === false || (typeof value === "object" && Object.keys(value).length === 0);

/** The cluster keeps a Secret's text as bytes; for comparing they are text again. */
export function withText(live: Properties): Properties {
  if (live.kind !== "Secret" || !isRecord(live.data)) return live;
  const text = Object.entries(live.data).map(([key, value]) => [key, Buffer.from(String(value), "base64").toString()]);
  return { ...live, stringData: Object.fromEntries(text) };
}

/** Key order does not count, nor whether somebody called a value a secret. */
export const same = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

const canonical = (value: unknown): string => JSON.stringify(sorted(unwrap(value)));

const sorted = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sorted)
    : isRecord(value)
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map((key) => [key, sorted(value[key])]),
        )
      : value;
