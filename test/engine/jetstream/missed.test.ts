import assert from 'node:assert/strict';
import { Missed } from '../../../src/engine/jetstream/missed';

const entry = (publisher: string, before: number, messages = 1) => ({
  publisher,
  before,
  texts: Array<string>(messages).fill('1'),
});

const once = (count: number) => ({ count, isAgain: false });
const again = (count: number) => ({ count, isAgain: true });

describe('engine/jetstream/missed', () => {
  it('counts the messages that each publisher had published in between', () => {
    const missed = new Missed();
    assert.equal(missed.see(entry('a', 10, 3), once(1)), 0);
    assert.equal(missed.see(entry('b', 5), once(2)), 0);
    assert.equal(missed.see(entry('a', 13), once(3)), 0);
    assert.equal(missed.see(entry('a', 20, 2), once(4)), 6);
    assert.equal(missed.see(entry('b', 7), once(5)), 1);
    assert.equal(missed.see(entry('a', 22), once(6)), 0);
  });

  it('counts nothing where another engine has read in between', () => {
    const missed = new Missed();
    missed.see(entry('a', 0), once(1));
    assert.equal(missed.see(entry('a', 5), once(4)), 0);
    assert.equal(missed.see(entry('a', 8), once(5)), 2);
  });

  it('counts nothing of any publisher where another engine has read in between', () => {
    const missed = new Missed();
    missed.see(entry('a', 0), once(1));
    missed.see(entry('b', 0), once(4));
    assert.equal(missed.see(entry('a', 2), once(5)), 0);
  });

  it('expects nothing after what another engine had before', () => {
    const missed = new Missed();
    missed.see(entry('a', 0), once(1));
    assert.equal(missed.see(entry('b', 5), again(2)), 0);
    assert.equal(missed.see(entry('b', 90), once(3)), 0);
    assert.equal(missed.see(entry('a', 2), once(4)), 1);
  });

  it('counts nothing, and unlearns nothing, for what is sent again', () => {
    const missed = new Missed();
    missed.see(entry('a', 0), once(1));
    missed.see(entry('a', 1), once(2));
    assert.equal(missed.see(entry('a', 0), once(3)), 0);
    assert.equal(missed.see(entry('a', 2), once(4)), 0);
  });

  it('remembers so many publishers', () => {
    const missed = new Missed();
    for (let index = 0; index < 1_000; index += 1) missed.see(entry(`p${index}`, 0), once(index + 1));
    assert.equal(missed.see(entry('p0', 5), once(1_001)), 0);
    assert.equal(missed.see(entry('p999', 5), once(1_002)), 4);
  });
});
