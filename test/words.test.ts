import assert from 'node:assert/strict';
import { say } from '../src/sentences';
import { fillGaps, inWords, quoted } from '../src/words';

describe('inWords', () => {
  it('asks for each text by its key, those of nested sentences too', () => {
    const sentence = say('offline.because', { reason: say('network.refused', { where: 'x:1' }) });
    const texts: Readonly<Record<string, string>> = {
      'offline.because': '__reason__ - nicht verbunden',
      'network.refused': 'Unter __where__ antwortet niemand',
    };
    assert.equal(
      inWords(sentence, (key) => texts[key] ?? ''),
      'Unter x:1 antwortet niemand - nicht verbunden',
    );
  });

  it('divides lists as the language does', () => {
    const texts: Readonly<Record<string, string>> = {
      'schema.invalid': '定义无效：__mistakes__',
      'list.next': '__list__；__next__',
    };
    const sentence = say('schema.invalid', { mistakes: ['一', '二', '三'] });
    assert.equal(
      inWords(sentence, (key) => texts[key] ?? ''),
      '定义无效：一；二；三',
    );
  });
});

describe('fillGaps', () => {
  it('leaves a gap without a value as it is, and what looks like one in a value', () => {
    const values: Readonly<Record<string, string>> = { a: '__b__', b: 'x' };
    assert.equal(
      fillGaps('__a__ __b__ __c__', (gap) => values[gap]),
      '__b__ x __c__',
    );
  });
});

it('quoted escapes what is special', () => assert.equal(quoted('a"b'), '"a\\"b"'));
