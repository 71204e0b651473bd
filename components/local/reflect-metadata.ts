/**
 * Owns the three functions of `Reflect` metadata that @peculiar/x509 (through its dependency tsyringe) asks for when it is
 * loaded; import this file before it. Its classes take no injected arguments, so a plain store is enough.
 * Must not replace a polyfill that is already there, and goes away once x509 no longer needs one.
 */

type Store = Map<unknown, unknown>;

interface MetadataFunctions {
  defineMetadata?: (key: unknown, value: unknown, target: object) => void;
  getOwnMetadata?: (key: unknown, target: object) => unknown;
  getMetadata?: (key: unknown, target: object) => unknown;
}

const stores = new WeakMap<object, Store>();
const reflect = Reflect as MetadataFunctions;

if (reflect.getMetadata === undefined) {
  reflect.defineMetadata = (key, value, target) => {
    stores.set(target, (stores.get(target) ?? new Map()).set(key, value));
  };
  reflect.getOwnMetadata = own;
  reflect.getMetadata = inherited;
}

function own(key: unknown, target: object): unknown {
  return stores.get(target)?.get(key);
}

function inherited(key: unknown, target: object): unknown {
  if (stores.get(target)?.has(key)) return own(key, target);
  const parent = Object.getPrototypeOf(target) as object | null;
  return parent === null ? undefined : inherited(key, parent);
}
