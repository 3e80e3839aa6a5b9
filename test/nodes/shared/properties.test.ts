import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { Properties } from '../../../nodes/shared/properties';
import { translate } from '../../support/catalogue';

const DEFAULTS = { name: '', mode: 'a' as 'a' | 'b', on: true, count: 5, list: [] as string[] };
const ENV: Record<string, string> = { SITE: 'north', COUNT: '7', OFF: 'false' };

/** As Node-RED evaluates environment variables: alone, or within a text; '' for one that is not set. */
const RED = {
  _: translate,
  util: {
    evaluateNodeProperty: (text: string) =>
      text.replace(/\$\{([^}]+)\}/g, (_, name: string) => ENV[name] ?? ''),
  },
} as unknown as NodeAPI;

const read = (saved: Record<string, unknown>) => new Properties(RED, {} as Node, saved, DEFAULTS);

describe('saved properties', () => {
  it('are read as they are', () => {
    const properties = read({ name: ' boiler ', mode: 'b', on: false, count: 3, list: ['x', 'y'] });
    assert.deepEqual(
      [
        properties.text('name'),
        properties.choice('mode', ['a', 'b']),
        properties.flag('on'),
        properties.number('count', 1),
        properties.texts('list'),
      ],
      ['boiler', 'b', false, 3, ['x', 'y']],
    );
    assert.equal(properties.problem, undefined);
  });

  it('fall back to the default when absent or odd', () => {
    for (const odd of [undefined, null, {}, [], Number.NaN]) {
      const properties = read({ name: odd, mode: odd, on: odd, count: odd, list: odd });
      assert.deepEqual(
        [
          properties.text('name'),
          properties.choice('mode', ['a', 'b']),
          properties.flag('on'),
          properties.number('count', 1),
          properties.texts('list'),
        ],
        ['', 'a', true, 5, []],
      );
    }
    assert.equal(read({ count: 0 }).number('count', 1), 5, 'below the least');
    assert.equal(read({ count: 'many' }).number('count', 1), 5);
    assert.equal(read({ count: ' ' }).number('count', 0), 5);
  });

  it('take numbers and flags as text, as environment variables give them', () => {
    const properties = read({ name: 7, count: '${COUNT}', on: '${OFF}', mode: 'b' });
    assert.deepEqual(
      [properties.text('name'), properties.number('count', 1), properties.flag('on')],
      ['7', 7, false],
    );
  });

  it('resolve a variable alone and within a text', () => {
    const properties = read({ name: 'boiler-${SITE}', list: ['${SITE}', 'x ${SITE} y'] });
    assert.equal(properties.text('name'), 'boiler-north');
    assert.deepEqual(properties.texts('list'), ['north', 'x north y']);
  });

  it('tell of a variable that is not set, rather than guess', () => {
    const properties = read({ name: '${NOWHERE}' });
    properties.text('name');
    assert.match(
      properties.problem?.message ?? '',
      /environment variable in name \(\$\{NOWHERE\}\) is not set/,
    );
  });
});
