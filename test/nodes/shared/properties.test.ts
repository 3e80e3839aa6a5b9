import assert from 'node:assert/strict';
import type { Node, NodeAPI } from 'node-red';
import { Properties } from '../../../nodes/shared/properties';
import { translate } from '../../support/browser/catalogue';

const DEFAULTS = { name: '', mode: 'a' as 'a' | 'b', on: true, count: 5, list: [] as string[] };
const ENV: Record<string, unknown> = { SITE: 'north', COUNT: '7', OFF: 'false', NOTHING: '', OBJECT: {} };

/** As Node-RED has them: variables, and the flow file, in which it puts values in the place of lone references. */
const redWith = (raw: object = {}, credentials: object = {}) =>
  ({
    _: translate,
    util: { getSetting: (_node: Node, name: string) => ENV[name] },
    nodes: {
      eachNode: (visit: (node: object) => void) => visit({ id: 'template', ...raw }),
      getCredentials: (id: string) => (id === 'template' ? credentials : undefined),
    },
  }) as unknown as NodeAPI;

const read = (saved: Record<string, unknown>, raw = {}) =>
  new Properties(redWith(raw), { id: 'instance', _alias: 'template' } as unknown as Node, saved, DEFAULTS);

const told = (
  use: (properties: ReturnType<typeof read>) => unknown,
  saved: Record<string, unknown>,
  raw = {},
) => {
  const properties = read(saved, raw);
  use(properties);
  return properties.problem?.message ?? '';
};

describe('saved properties', () => {
  it('are read as they are', () => {
    const properties = read({ name: ' boiler ', mode: 'b', on: false, count: 3, list: ['x', 'y'] });
    assert.deepEqual(
      [
        properties.text('name'),
        properties.choice('mode', ['a', 'b']),
        properties.flag('on'),
        properties.number('count', 1, 100),
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
          properties.number('count', 1, 100),
          properties.texts('list'),
        ],
        ['', 'a', true, 5, []],
      );
    }
    assert.equal(read({ count: ' ' }).number('count', 0, 100), 5);
  });

  it('take numbers and flags as text, as environment variables give them', () => {
    const properties = read({ name: 7, count: '${COUNT}', on: '${OFF}', mode: 'b' });
    assert.deepEqual(
      [properties.text('name'), properties.number('count', 1, 100), properties.flag('on')],
      ['7', 7, false],
    );
  });

  it('resolve a variable alone and within a text', () => {
    const properties = read({ name: 'boiler-${SITE}', list: ['${SITE}', 'x ${SITE} y'] });
    assert.equal(properties.text('name'), 'boiler-north');
    assert.deepEqual(properties.texts('list'), ['north', 'x north y']);
  });

  it('tell of a variable that is not set, rather than guess', () => {
    for (const [text, variable] of [
      ['${NOWHERE}', 'name (${NOWHERE})'],
      ['boiler-${NOWHERE}', 'name (${NOWHERE})'],
      ['${SITE}-${NOWHERE}-${SITE}-${NOTHING}', 'name (${NOWHERE})'],
      ['${A}${B}', 'name (${A}, ${B})'],
      ['${A${SITE}}', 'name (${A${SITE})'],
      ['${NOTHING}', 'name (${NOTHING})'],
      ['$(NOWHERE)', 'name ($(NOWHERE))'],
    ]) {
      const message = `The environment variable in ${variable} is not set.`;
      assert.equal(
        told((properties) => properties.text('name'), { name: text }),
        message,
      );
    }
    assert.match(
      told((properties) => properties.texts('list'), { list: ['a', 'b-${NOWHERE}'] }),
      /list \(\$\{NOWHERE\}\) is not set/,
    );
    for (const use of ['flag', 'number', 'choice', 'secret'] as const) {
      const saved = { name: '${NOWHERE}', mode: '${NOWHERE}', on: '${NOWHERE}', count: '${NOWHERE}' };
      const message = told((properties) => {
        if (use === 'flag') properties.flag('on');
        if (use === 'number') properties.number('count', 1, 9);
        if (use === 'choice') properties.choice('mode', ['a', 'b']);
        if (use === 'secret') properties.secret('name');
      }, saved);
      assert.match(message, /NOWHERE/, use);
    }
  });

  it('take a variable that is set to nothing for nothing, within a text', () => {
    const properties = read({ name: '${NOTHING}boiler' });
    assert.equal(properties.text('name'), 'boiler');
    assert.equal(properties.problem, undefined);
  });

  it('tell of a variable that has what does not fit, also where Node-RED has put it in its place', () => {
    assert.match(
      told((properties) => properties.text('name'), { name: 'x-${OBJECT}' }),
      /name \(\$\{OBJECT\}\) is \{\}/,
    );
    for (const [name, value] of [
      ['name', { host: 'x' }],
      ['mode', 'c'],
      ['on', 'maybe'],
      ['list', 'a,b'],
    ] as const) {
      const use = (properties: ReturnType<typeof read>): unknown => {
        if (name === 'name') return properties.text(name);
        if (name === 'mode') return properties.choice(name, ['a', 'b']);
        return name === 'on' ? properties.flag(name) : properties.texts(name);
      };
      assert.match(told(use, { [name]: value }, { [name]: '${SOME}' }), /\(\$\{SOME\}\)/, name);
      assert.equal(told(use, { [name]: value }), '', `${name} as it stands in the flow file`);
    }
  });

  it('tell of a number that is none, or out of bounds', () => {
    for (const count of [
      'abc',
      0,
      -1,
      'Infinity',
      '-Infinity',
      1e99,
      '101',
      '0x',
      '0x10',
      '0b11',
      '1_0',
      '1 2',
    ]) {
      const message = told((properties) => properties.number('count', 1, 100), { count });
      assert.match(message, /^count is .+ It should be a number from 1 to 100\.$/);
    }
  });

  it('show nothing of a secret that does not fit', () => {
    const tell = (saved: object) => told((properties) => properties.secret('name'), { ...saved });
    const text = 'The environment variable in name is ***, which does not fit there.';
    for (const value of [{ key: 'geheim' }, ['geheim'], true, Number.NaN])
      assert.equal(tell({ name: value }), text);
    assert.equal(tell({ name: 'a${OBJECT}' }), text.replace('name', 'name (${OBJECT})'));
    assert.equal(tell({ name: 7 }), '');
  });

  it('tell of a secret whose variable is set to nothing, which Node-RED has put in its place', () => {
    const tell = (saved: Record<string, unknown>, credentials: object): string | undefined => {
      const node = { id: 'instance', _alias: 'template' } as unknown as Node;
      const properties = new Properties(redWith({}, credentials), node, saved, DEFAULTS);
      assert.equal(properties.secret('name'), '');
      return properties.problem?.message;
    };
    for (const name of ['${NOTHING}', '$(NOTHING)'])
      assert.equal(tell({ name: '' }, { name }), `The environment variable in name (${name}) is not set.`);
    assert.equal(tell({ name: '' }, { name: '' }), undefined);
    assert.equal(tell({}, { name: '${NOTHING}' }), undefined, 'left out by a dialog, it is blank there');
  });

  it('take a secret as it is', () => {
    assert.equal(read({ name: ' a ' }).secret('name'), ' a ');
    assert.equal(read({ name: ' ${SITE} ' }).secret('name'), ' north ');
    assert.equal(read({ name: '$(NOWHERE)' }).secret('name'), '$(NOWHERE)');
    assert.equal(read({}).secret('name'), '');
  });
});
