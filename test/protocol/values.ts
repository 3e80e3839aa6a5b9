/** Generators for properties: whatever a flow may offer as a message, and what JSON makes of it. */

import { createContext, runInContext } from 'node:vm';
import fc from 'fast-check';
import { textOfPath } from '../../src/protocol/schema/problems';

const realm = createContext();

/** What another realm makes of it: one for all, as a realm takes longer to make than all that is in it. */
const elsewhere = (code: string): unknown => runInContext(code, realm);

/** What JSON says of these is what was meant. Each call a new one, as an object that is there twice would be no tree. */
const faithful: readonly (() => unknown)[] = [
  () => -0,
  () => 'lone \ud800',
  () => new Date('2026-01-02T03:04:05.678Z'),
  () => Object.assign(new Date(0), { toJSON: () => 'my own' }),
  () => new Uint8Array([1, 2]),
  () => new Float64Array([0.1, -2]),
  () => new URL('http://a/b'),
  () => Object(5),
  () => Object('text'),
  () => Object(false),
  () => Object.assign(Object(5), { valueOf: () => 6 }),
  () => ({ [Symbol.toStringTag]: 'Date', a: 1 }),
  () => ({ a: undefined, b: 1 }),
  () => Object.create(null, { a: { value: 1, enumerable: true }, hidden: { value: 2 } }),
  () => JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  () => new Proxy({ a: 1 }, {}),
  () => new Proxy([1, 2], {}),
  () => new Proxy([1, 2], { get: (list, key) => (key === 'length' ? '1.5' : Reflect.get(list, key)) }),
  () => new Proxy([1, 2], { get: (list, key) => (key === 'length' ? -5 : Reflect.get(list, key)) }),
  () => Object.assign([1], { extra: 2 }),
  () => Object.assign([1], { toJSON: () => 'a list' }),
  () => Object.defineProperty({ secret: 1 }, 'toJSON', { value: () => 'hidden' }),
  () => deep(900),
  () => new Plain(),
  () => new (class Empty {})(),
  () => ({ toJSON: 5, a: 1 }),
  () => ({ secret: 1, toJSON: () => ({ shown: 2 }) }),
  () => ({ toJSON: () => '2026-01-02T03:04:05.678+01:00' }),
  () => ({ a: 1, toJSON: (key: string) => `of ${key}` }),
  () => ({ toJSON: () => null }),
  () => ({ toJSON: () => new Date(0) }),
  () => ({ toJSON: () => ({ a: 1, toJSON: () => 2 }) }),
  () => itself(),
  () => elsewhere('({ at: new Date(1e12), list: [1, { a: null }], no: undefined })'),
  () => elsewhere('Object(5)'),
  () => elsewhere('new Float32Array([1.5])'),
  () => elsewhere('({ toJSON() { return [1] } })'),
  () => elsewhere('new (class A { a = 1; b() {} })'),
  () => elsewhere('(class A { a = 1; b() {} }).prototype'),
];

/** What JSON makes null or {} of, or throws at: to be refused, itself or something in it. */
const mangled: readonly (() => unknown)[] = [
  () => Number.NaN,
  () => Number.POSITIVE_INFINITY,
  () => 10n,
  () => Symbol('x'),
  () => () => 1,
  () => new Date(Number.NaN),
  () => new Date(8.64e15),
  () => Buffer.from('bytes'),
  () => new Float32Array([1.5, Number.NaN]),
  () => new BigInt64Array([1n]),
  () => new ArrayBuffer(4),
  () => new DataView(new ArrayBuffer(4)),
  () => new Map([[1, 2]]),
  () => new Set(),
  () => new WeakMap(),
  () => new WeakRef({}),
  () => Promise.resolve(),
  () => /x/g,
  () => new Error('no'),
  () => Object.assign(new TypeError('no'), { code: 'E' }),
  () => Object.assign(new Map([[1, 2]]), { code: 'E' }),
  () => new URLSearchParams('a=1'),
  () => Object(Symbol('x')),
  () => Object(1n),
  () => Object.create({ inherited: 1 }),
  () => revoked(),
  () => trap('ownKeys'),
  () => trap('get'),
  () => Array(3),
  () => [1, undefined],
  () => circle(),
  () => deep(1_200),
  () => new Sealed(),
  () => ({ toJSON: () => Buffer.from('bytes') }),
  () => ({ toJSON: () => Number.NaN }),
  () => thrower('toJSON', new Error('no')),
  () => thrower('a', Symbol('odd')),
  () => thrower('a', Object.create(null)),
  () => thrower('a', elsewhere('new Error("foreign")')),
  () => elsewhere('new Map([[1, 2]])'),
  () => elsewhere('new Error("no")'),
];

class Plain {
  a = 1;
  #hidden = 2;
  get sum(): number {
    return this.a + this.#hidden;
  }
}

class Sealed {
  #hidden = 2;
  get sum(): number {
    return this.#hidden;
  }
}

const odd = [...faithful, ...mangled, () => undefined, () => ({ toJSON: () => undefined })];

/** What is another thing at each look, or claims to be endless: JSON itself says of it now this, now that. */
const fickle: readonly (() => unknown)[] = [
  () => changing(1, 'x'),
  () => changing(Number.NaN, 1),
  () => changing(1, () => 1),
  () => changing(new Date(0), new Map()),
  () => changing(undefined, 1, undefined),
  () => new Proxy([], { get: (list, key) => (key === 'length' ? 1e9 : Reflect.get(list, key)) }),
  () => Array(4e9),
];

/** Any JavaScript value at all, made anew for each run. */
export const anyValue = valuesOf(odd);

/** The same, and things that change their minds. */
export const anyFickleValue = valuesOf([...fickle, ...odd]);

function valuesOf(seeds: readonly (() => unknown)[]): fc.Arbitrary<() => unknown> {
  return fc.letrec<{ value: () => unknown }>((tie) => {
    const inner = tie('value');
    return {
      value: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        fc.constantFrom(...seeds),
        fc.jsonValue({ maxDepth: 1 }).map((value) => () => structuredClone(value)),
        fc.anything({ maxDepth: 1 }).map((value) => () => value),
        fc.array(inner, { maxLength: 4 }).map((items) => () => items.map((make) => make())),
        fc
          .dictionary(
            fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom('a', 'toJSON', 'length')),
            inner,
            {
              maxKeys: 4,
            },
          )
          .map(
            (fields) => () => Object.fromEntries(Object.entries(fields).map(([key, make]) => [key, make()])),
          ),
        inner.map((make) => () => {
          const value = make();
          return {
            get lazy() {
              return value;
            },
          };
        }),
      ),
    };
  }).value;
}

/** A message that is fine but for one value, and the path to that. */
export const anyMangled: fc.Arbitrary<{
  readonly make: () => unknown;
  readonly path: string;
  readonly what: string;
}> = fc
  .tuple(
    fc.constantFrom(...mangled),
    fc.array(fc.oneof(fc.constantFrom('a', 'b c', 'at'), fc.nat({ max: 2 })), { maxLength: 4 }),
  )
  .map(([make, keys]) => ({
    // For fast-check's report.
    what: String(make),
    path: textOfPath(keys),
    make: () =>
      keys.reduceRight<unknown>((inner, key) => {
        if (typeof key === 'string') return { before: new Date(0), [key]: inner, after: [true] };
        return [...Array.from({ length: key }, () => ({ other: 1 })), inner, null];
      }, make()),
  }));

/** What JSON has, but Dates in the protocol's form and typed arrays as lists: nothing when JSON has nothing, or throws. */
export function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, function (this: unknown, key, json: unknown) {
      const given: unknown = key === '' && isHolder(this, value) ? value : Reflect.get(Object(this), key);
      return jsonLike(given, json);
    });
  } catch {
    return undefined;
  }
}

function isHolder(holder: unknown, value: unknown): boolean {
  return Object.keys(Object(holder)).length === 1 && Object.is(Reflect.get(Object(holder), ''), value);
}

function jsonLike(given: unknown, json: unknown): unknown {
  if (isDate(given) && json === Date.prototype.toISOString.call(given))
    return `${String(json).slice(0, -5)}Z`;
  if (isDate(json)) return Number.isNaN(json.getTime()) ? null : json.toISOString().replace(/\.\d+Z$/, 'Z');
  if (ArrayBuffer.isView(json) && !(json instanceof DataView))
    return Array.from(json as unknown as ArrayLike<unknown>);
  return json;
}

function isDate(value: unknown): value is Date {
  try {
    return !Number.isNaN(Date.prototype.getTime.call(value));
  } catch {
    return false;
  }
}

function circle(): unknown {
  const inner: { outer?: unknown } = {};
  inner.outer = [inner];
  return inner;
}

function deep(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { a: value };
  return value;
}

function itself(): unknown {
  return {
    a: 1,
    toJSON(): unknown {
      return this;
    },
  };
}

function thrower(key: string, thrown: unknown): unknown {
  return Object.defineProperty({}, key, {
    enumerable: true,
    get() {
      throw thrown;
    },
  });
}

/** Gives another value at each look. */
function changing(...values: readonly unknown[]): unknown {
  let looks = 0;
  return {
    get a(): unknown {
      looks += 1;
      return values[(looks - 1) % values.length];
    },
  };
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function trap(name: 'ownKeys' | 'get' | 'getPrototypeOf'): unknown {
  return new Proxy(
    { a: 1 },
    {
      [name]() {
        throw new Error(`trapped ${name}`);
      },
    },
  );
}
