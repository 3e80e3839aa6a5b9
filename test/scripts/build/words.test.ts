import assert from 'node:assert/strict';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runInNewContext } from 'node:vm';
import { ROOT } from '../../support/root';

const PLACE = 'sea.words';

/** Says some words often, in each of the ways in which a script can. */
const FIRST = `(()=>{sea.told=[];const boat={harbour:"harbour of all boats",sailing:()=>"sailing",get anchored(){return null}};
sea.told.push(boat.harbour,boat?.harbour.length,boat.sailing(),boat.anchored,boat.missing?.harbour===void 0);
const{harbour,sailing:other}=boat;const copy={harbour,["harbour"]:1,"sailing":2};
sea.told.push(copy.harbour,copy.sailing,other(),typeof"harbour of all boats",Object.keys(copy).join(),String(Object.keys(boat)));
class Boat{harbour="sailing";sailing(){return this.harbour}static anchored(){return"anchored"}}
sea.told.push(new Boat().sailing(),Boat.anchored(),"harbour"in boat,JSON.stringify({__proto__:null,harbour}))})()`;

const PART = `(()=>{const ship={harbour:"harbour of all boats"};sea.told.push(ship.harbour,ship.harbour.sailing===void 0,ship.harbour)})()`;

describe('the words of scripts', () => {
  let commonWords: (texts: string[]) => string[];
  let sayingWords: (text: string, words: string[], place: string) => string;
  let takingWords: (text: string, words: string[], place: string) => string;

  before(async () => {
    const url = pathToFileURL(join(ROOT, 'scripts/build/words.mjs')).href;
    ({ commonWords, sayingWords, takingWords } = await import(url));
  });

  function toldBy(...scripts: string[]): unknown {
    const sea: { told?: unknown[] } = {};
    for (const script of scripts) runInNewContext(script, { sea });
    return JSON.parse(JSON.stringify(sea.told));
  }

  it('are those that stand often, however they are said', () => {
    const words = commonWords([FIRST, PART]);
    assert(words.includes('"harbour"') && words.includes('"harbour of all boats"'), String(words));
    assert(!words.includes('"missing"') && !words.includes('"__proto__"'));
  });

  it('are written once, and all scripts do the same', () => {
    const words = commonWords([FIRST, PART]);
    const scripts = [sayingWords(FIRST, words, PLACE), takingWords(PART, words, PLACE)];
    assert.deepEqual(toldBy(...scripts), toldBy(FIRST, PART));
    assert.equal(scripts.join('').match(/"harbour of all boats"/g)?.length, 1);
  });

  it('need not be there', () => {
    assert.equal(sayingWords(FIRST, [], PLACE), FIRST);
    assert.equal(takingWords(PART, ['"anchored"'], PLACE), PART);
  });

  it('all can be said so', () => {
    const words = [
      '"harbour"',
      '"sailing"',
      '"anchored"',
      '"harbour of all boats"',
      'void 0',
      'null',
      'Object',
      'String',
    ];
    const scripts = [sayingWords(FIRST, words, PLACE), takingWords(PART, words, PLACE)];
    assert.deepEqual(toldBy(...scripts), toldBy(FIRST, PART));
    assert.doesNotMatch(scripts[0] ?? '', /\.harbour|\.sailing/);
  });
});
