import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import catalogue from '../nodes/stream-sea-server/locales/en-US/stream-sea-server.json';
import { fillGaps, type Gaps, inEnglish, isOwnKey, SENTENCES, say } from '../src/sentences';
import { ROOT } from './support/root';

/** Options of i18next, which would change what a text is looked up as. */
const RESERVED = ['count', 'context', 'ordinal', 'lng', 'ns', 'defaultValue', 'replace', 'returnObjects'];

/** What a sentence is not to begin with: which stream, or that something else follows. */
const LEADS_NOWHERE =
  /__stream__|not sent:|nicht gesendet:|pas été envoyé :|no se envió:|não foi enviada:|送信されませんでした:|未发送：/;

/** In the log alone, whole: no message ends in them. */
const LOGGED = new Set(['schema.unchecked']);

type Catalogue = { sentence: Record<string, Record<string, string>> };

function catalogues(): [language: string, Catalogue][] {
  const folder = join(ROOT, 'nodes', 'stream-sea-server', 'locales');
  return readdirSync(folder).map((language) => [
    language,
    JSON.parse(readFileSync(join(folder, language, 'stream-sea-server.json'), 'utf8')),
  ]);
}

const gapsIn = (text: string): string[] => [...text.matchAll(/__(\w+?)__/g)].map(([, gap = '']) => gap);

describe('the sentences', () => {
  it('stand in the catalogue word for word, for translators', () => {
    const texts = Object.entries(catalogue.sentence).flatMap(([group, sentences]) =>
      Object.entries(sentences).map(([key, text]) => [`${group}.${key}`, text]),
    );
    assert.deepEqual(Object.fromEntries(texts), SENTENCES);
  });

  it('say first what is wrong, where a message ends in them: Node-RED shows 30 characters of an error', () => {
    const keys = Object.keys(SENTENCES).filter((key) => /^(payload|queue|schema)\./.test(key));
    const late = catalogues().flatMap(([language, { sentence }]) =>
      keys.flatMap((key) => {
        const [group = '', name = ''] = key.split('.');
        const text = sentence[group]?.[name] ?? '';
        const reason = text.search(/__(reason|problems|mistakes)__/);
        const isLate = reason > 0 || (reason < 0 && LEADS_NOWHERE.test(text.slice(0, 30)));
        return isLate && !LOGGED.has(key) ? [`${language} ${key}: ${text}`] : [];
      }),
    );
    assert.deepEqual(late, []);
  });

  it('have gaps that are filled, whose names mean nothing else to Node-RED', () => {
    for (const [key, text] of Object.entries(SENTENCES)) {
      const gaps = gapsIn(text);
      const filled = fillGaps(text, (gap) => `<${gap}>`);
      for (const gap of gaps) assert.ok(filled.includes(`<${gap}>`), `${key}: ${gap}`);
      assert.doesNotMatch(filled, /__/, key);
      assert.deepEqual(new Set(gaps).size, gaps.length, key);
      assert.deepEqual(
        gaps.filter((gap) => RESERVED.includes(gap)),
        [],
        key,
      );
    }
  });

  it('ask for a value for each gap, and for no other', () => {
    const gap: Gaps<'timeout.connect'> = 'seconds';
    assert.equal(gap, 'seconds');
    say('closed.client');
    // @ts-expect-error a value is missing
    say('timeout.connect', { where: 'x:1' });
    // @ts-expect-error no value at all
    say('timeout.connect');
    // @ts-expect-error no such gap
    say('network.refused', { where: 'x:1', why: 'so' });
    // @ts-expect-error no such sentence
    say('network.nowhere');
  });

  it('leave the group of the nodes’ own to them', () => {
    assert.deepEqual(
      Object.keys(SENTENCES).filter((key) => key.startsWith('error.')),
      [],
    );
  });

  it('are plain JSON', () => {
    const sentence = say('offline.because', { reason: say('network.refused', { where: 'x:1' }) });
    assert.deepEqual(JSON.parse(JSON.stringify(sentence)), sentence);
  });
});

describe('inEnglish', () => {
  it('fills the gaps with texts, numbers and sentences', () => {
    const where = say('proxy.address', { address: '10.0.0.1:3128' });
    assert.equal(
      inEnglish(say('timeout.answer', { where, seconds: 1.5 })),
      'the proxy 10.0.0.1:3128 did not answer within 1.5 s',
    );
  });

  it('divides lists by semicolons', () => {
    const mistakes = [say('value.missing'), 'is odd'];
    assert.equal(inEnglish(say('schema.invalid', { mistakes })), 'is missing; is odd (in the definition)');
  });

  it('leaves alone what looks like a gap, or a replacement, in a value', () => {
    const sentence = say('credentials.refusedWith', { where: '__reason__', reason: "$& $' __where__" });
    assert.equal(inEnglish(sentence), "__reason__ refused the credentials: $& $' __where__");
  });

  it('says texts as they are, and of a sentence of somebody else its key', () => {
    assert.equal(inEnglish('as it is'), 'as it is');
    assert.equal(inEnglish({ key: 'theirs', values: {} }), 'theirs');
    assert.equal(isOwnKey('constructor'), false);
  });
});
