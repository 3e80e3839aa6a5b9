import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import type { NodeAPI } from 'node-red';
import { translator } from '../../../../nodes/shared/catalogue';
import { fillIn, parseSaid, saidOf, wordsOf } from '../../../../nodes/shared/wire/sentence';
import { NetworkError } from '../../../../src/index';
import { say } from '../../../../src/sentences';
import { nodeRedRequire } from '../../../support/node-red/node-red-dir';

const refused = say('network.refused', { where: 'x:1' });
const GERMAN: Readonly<Record<string, string>> = {
  'sentence.network.refused': 'Unter __where__ antwortet niemand',
  'sentence.offline.because': 'Nicht verbunden: __reason__',
  'error.badPort': 'Der Port ist __port__',
};
/** As Node-RED does, it gives back the key of what it does not have. */
const german = (key: string): string => GERMAN[key] ?? key;

describe('what went wrong', () => {
  it('is had from an error, with its sentence where it has one', () => {
    assert.deepEqual(saidOf(new NetworkError(refused)), {
      message: 'Nobody answers at x:1 (connection refused)',
      sentence: refused,
    });
    assert.deepEqual(saidOf(new TypeError('no')), { message: 'no' });
    assert.deepEqual(saidOf('text'), { message: 'text' });
    assert.deepEqual(saidOf(Object.assign(new Error('odd'), { sentence: { key: 1 } })), { message: 'odd' });
  });

  it('is said in another language, down to the sentences within sentences', () => {
    const error = new NetworkError(say('offline.because', { reason: refused }));
    assert.equal(wordsOf(error, german), 'Nicht verbunden: Unter x:1 antwortet niemand');
  });

  it("is said in the words of the node's own catalogue, too", () => {
    const sentence = { key: 'error.badPort', values: { port: 'achtzig' } };
    assert.equal(wordsOf({ message: 'The port', sentence }, german), 'Der Port ist achtzig');
  });

  it('stays as it is without a sentence, and where the catalogue lacks a part of it', () => {
    assert.equal(wordsOf({ message: 'as it is' }, german), 'as it is');
    const reason = say('network.silent', { where: 'x:1' });
    const error = new NetworkError(say('offline.because', { reason }));
    assert.equal(wordsOf(error, german), 'Not connected: x:1 does not answer (timed out)');
    const unknown = { message: 'news', sentence: { key: 'network.news', values: {} } };
    assert.equal(wordsOf(unknown, german), 'news');
  });

  it('is read from what a route has sent, which may be anything', () => {
    const said = saidOf(
      new NetworkError(say('schema.invalid', { mistakes: [say('value.missing'), 'odd', 1] })),
    );
    assert.deepEqual(parseSaid(JSON.parse(JSON.stringify(said))), said);
    assert.deepEqual(parseSaid('text'), { message: 'text' });
    for (const sentence of [
      null,
      1,
      {},
      { key: 'a' },
      { key: 'a', values: { b: {} } },
      { key: 'a', values: [] },
    ])
      assert.deepEqual(parseSaid({ message: 'text', sentence }), { message: 'text' });
    for (const value of [undefined, null, 1, {}, { message: 1 }]) assert.equal(parseSaid(value), undefined);
  });
});

describe('the texts of a catalogue', () => {
  /** The i18next of Node-RED itself, set up as Node-RED does it. */
  async function i18n(
    texts: Readonly<Record<string, string>>,
  ): Promise<(key: string, values?: object) => string> {
    const utilRequire = createRequire(nodeRedRequire.resolve('@node-red/util'));
    const i18next = utilRequire('i18next').createInstance();
    await i18next.init({
      lng: 'de',
      defaultNS: 'runtime',
      resources: { de: { '@stream-sea/node-red/stream-sea-server': texts } },
      interpolation: { unescapeSuffix: 'HTML', escapeValue: false, prefix: '__', suffix: '__' },
      showSupportNotice: false,
    });
    return (key, values) => i18next.t(key, values);
  }

  it('have values as they are: HTML, what looks like a gap, or like a reference to another text', async () => {
    const _ = await i18n({ both: '__a__ und __b__', other: 'nein' });
    const t = translator({ _ } as unknown as NodeAPI);
    assert.equal(t('both', { a: '<b>&', b: '__a__' }), '<b>& und __a__');
    assert.equal(
      t('both', { a: '__b__', b: '$t(other) $& __-aHTML__' }),
      '__b__ und $t(other) $& __-aHTML__',
    );
  });

  it('keep the gaps that nobody fills, for sentences to be filled in', async () => {
    const _ = await i18n({ both: '__a__ und __b__' });
    const t = translator({ _ } as unknown as NodeAPI);
    assert.equal(t('both'), '__a__ und __b__');
    assert.equal(t('both', { a: 1 }), '1 und __b__');
  });

  it('have the plural that a language wants', async () => {
    const _ = await i18n({ wait_one: '__count__ wartet', wait_other: '__count__ warten' });
    const t = translator({ _ } as unknown as NodeAPI);
    assert.deepEqual([t('wait', { count: 1 }), t('wait', { count: 2 })], ['1 wartet', '2 warten']);
    assert.equal(
      fillIn(() => '__n__', { n: 0 }),
      '0',
    );
  });
});
