/** What a value is, in whatever realm it was made. No `instanceof`: a flow's functions run in a realm of their own, whose Map is another. */

const nameOfTypedArray = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;

/** Whether an object is mere data: of no class, in whatever realm it was made. */
export function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === null) return true;
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(Object(prototype), 'isPrototypeOf');
}

export function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

export function isTypedArray(value: unknown): value is ArrayLike<unknown> & object {
  return isObject(value) && nameOfTypedArray?.call(value) !== undefined;
}

/** Node's, and those of packages that stand in for it in a browser. */
export function isBuffer(value: unknown): boolean {
  return isTypedArray(value) && typeof Reflect.get(value, 'readInt8') === 'function';
}

/** The value itself, when it is a Date of any realm. */
export function dateOf(value: unknown): Date | undefined {
  if (!isObject(value) || tagOf(value) !== 'Date') return undefined;
  try {
    return new Date(Date.prototype.getTime.call(value));
  } catch {
    // It only calls itself so.
    return undefined;
  }
}

/** What JSON makes of `new Number(5)` and its like; nothing for what is no such thing. */
export function unboxed(value: object): unknown {
  try {
    switch (tagOf(value)) {
      case 'Number':
        Number.prototype.valueOf.call(value);
        return Number(value);
      case 'String':
        String.prototype.valueOf.call(value);
        return String(value);
      case 'Boolean':
        return Boolean.prototype.valueOf.call(value);
      default:
        return undefined;
    }
  } catch {
    return undefined;
  }
}

/** `Map`, `Error`, `Object`: what the engine calls it, or it itself. */
export function tagOf(value: object): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1);
}

export function classOf(value: object): string {
  const tag = tagOf(value);
  if (tag !== 'Object') return tag;
  const maker: unknown = Reflect.get(value, 'constructor');
  return (typeof maker === 'function' && maker.name) || tag;
}

/** Whether an object that shows JSON nothing can be asked for something, by a method or a getter of its class. */
export function hidesSomething(value: object): boolean {
  for (
    let prototype: unknown = Object.getPrototypeOf(value);
    isObject(prototype) && !isRoot(prototype);
    prototype = Object.getPrototypeOf(prototype)
  ) {
    if (Reflect.ownKeys(prototype).some((key) => key !== 'constructor')) return true;
  }
  return false;
}

/** `Object.prototype` of some realm. */
function isRoot(prototype: object): boolean {
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, 'isPrototypeOf');
}
