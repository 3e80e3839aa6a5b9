import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { ROOT } from '../../support/root';

/** A script that tells its results by `tell`. */
const SCRIPT = `(() => {
  tell(above(1));
  function above(number) { return number === 1 ? below({ number }) : number; }
  function below({ number }) { const twice = number * 2; return above(twice + number); }
  async function late(value) { await undefined; return value; }
  function Made(name) { this.name = name; }
  function sum() { return [...arguments].reduce((all, each) => all + each, 0); }
  function* numbers() { yield 1; yield 2; }
  tell(new Made('made').name, sum(1, 2, 3), [...numbers()].join(), typeof late(1).then);
  class Boat {
    #sails = 1; name; ropes = [];
    constructor(name) { this.name = name; this.ropes.push(this.name, this.name); this.hoist(this.ropes); }
    hoist() { this.#sails += 1; [1].forEach(() => { this.#sails += this.ropes.length; }); return this.tell(this); }
    tell(boat) { return function () { return this === undefined ? 'nobody' : this.name + this.name; }.call(boat); }
    get sails() { return this.#sails; }
  }
  class Ship extends Boat {
    constructor(name) { const real = 'the ' + name; super(real); this.a = this.b = this.c = this.d = this.name; }
  }
  const ship = new Ship('ark');
  tell(ship.sails, ship.hoist(), ship.sails, ship.a, ship.ropes.join());
})();`;

describe('a squeezed script', () => {
  let squeezed: (name: string, text: string) => string;
  let renamed: (name: string, text: string) => string;

  before(async () => {
    ({ squeezed, renamed } = await import(pathToFileURL(join(ROOT, 'scripts/build/squeezed.mjs')).href));
  });

  function toldBy(script: string): unknown[] {
    const told: unknown[] = [];
    runInNewContext(script, { tell: (...values: unknown[]) => void told.push(...values) });
    return told;
  }

  it('does the same', () => {
    const told = toldBy(SCRIPT);
    assert.equal(told.length, 10);
    for (const script of [squeezed('boat.js', SCRIPT), renamed('boat.js', squeezed('boat.js', SCRIPT))]) {
      assert.deepEqual(toldBy(script), told);
    }
  });

  it('has arrows for functions, a name for what is said often, and is shorter', () => {
    const text = squeezed('boat.js', SCRIPT);
    assert.match(text, /self=this/);
    assert.doesNotMatch(text, /function late/);
    assert(text.length < SCRIPT.length / 1.5);
  });

  it('is refused with its name when it is no script', () => {
    assert.throws(() => renamed('boat.js', 'let 1'), /^BuildError: boat\.js: |^Error: boat\.js: /);
  });
});
