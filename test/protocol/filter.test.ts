import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { ProtocolError } from '../../src/errors';
import { filterPasses, measureFilter, parseFilter } from '../../src/protocol/filter';

const message = {
  temperature: 91,
  on: true,
  name: 'north',
  none: null,
  readings: [{ at: 1 }],
  'a b': { 'c.d': 2 },
  '*': 1,
  $type: 1,
};
const passes = (expression: unknown, streamName = 'boiler') =>
  filterPasses(parseFilter(expression), message, { streamName });

const path = (e: string) => ({ t: 'path', e });
const number = (e: number) => ({ t: 'number', e });
const eq = (...e: unknown[]) => ({ t: 'eq', e });
const yes = { t: 'bool', e: true };
const no = { t: 'bool', e: false };

describe('filters', () => {
  it('deliver when the expression is truthy (P33, P34)', () => {
    for (const [expression, expected] of [
      [yes, true],
      [no, false],
      [{ t: 'string', e: 'x' }, true],
      [{ t: 'string', e: '' }, false],
      [number(0), false],
      [{ t: 'null' }, false],
      [path('$.on'), true],
      [path('temperature'), true],
      [path("$['*']"), true],
      [path('$.$type'), true],
      [path("['$type']"), true],
      [path('$.none'), false],
      [eq(path('$.temperature'), number(91)), true],
      [eq(path('$.temperature'), { t: 'string', e: '91' }), false],
      [eq(path('$.none'), { t: 'null' }), true],
      [eq(path('$.readings[0].at'), number(1)), true],
      [eq(path(`$['a b']["c.d"]`), number(2)), true],
      [eq(path('$.readings'), path('$.readings')), true],
      [eq({ t: 'meta', e: 'streamName' }, { t: 'string', e: 'boiler' }), true],
      [{ t: 'and', e: [yes, yes] }, true],
      [{ t: 'and', e: [yes, no] }, false],
      [{ t: 'and', e: [] }, true],
      [{ t: 'or', e: [no, yes] }, true],
      [{ t: 'or', e: [] }, false],
      [{ t: 'not', e: no }, true],
      [{ t: 'not', e: [no] }, true],
    ] as const) {
      assert.equal(passes(expression), expected, JSON.stringify(expression));
    }
  });

  it('hold a path that leads nowhere to have no value: it is false, and says nothing about the other branches', () => {
    for (const nowhere of [
      path('$.missing'),
      path('$.name.length'),
      path('$.readings.length'),
      path('$.readings[3]'),
      path('$.toString'),
      path('$.none.at'),
    ]) {
      for (const [expression, expected] of [
        [nowhere, false],
        [{ t: 'not', e: nowhere }, true],
        [{ t: 'not', e: { t: 'not', e: nowhere } }, false],
        [eq(nowhere, yes), false],
        [eq(yes, nowhere), false],
        [eq(nowhere, { t: 'null' }), false],
        [eq({ t: 'null' }, nowhere), false],
        [eq(nowhere, nowhere), false],
        [{ t: 'not', e: eq(nowhere, yes) }, true],
        [{ t: 'or', e: [nowhere, yes] }, true],
        [{ t: 'or', e: [yes, nowhere] }, true],
        [{ t: 'or', e: [nowhere, no] }, false],
        [{ t: 'and', e: [nowhere, yes] }, false],
        [{ t: 'and', e: [yes, nowhere] }, false],
        [{ t: 'and', e: [yes, { t: 'not', e: nowhere }] }, true],
        [eq({ t: 'or', e: [nowhere] }, no), true],
      ] as const) {
        assert.equal(passes(expression), expected, JSON.stringify(expression));
      }
    }
  });

  it('compare numbers with numbers and texts with texts, of which dates are in order; nothing else has one (P41)', () => {
    const text = (e: string) => ({ t: 'string', e });
    const date = (day: string) => text(`2026-11-${day}T07:00:00Z`);
    for (const [a, b, order] of [
      [number(9), number(10), -1],
      [number(-0.5), number(-0.5), 0],
      [path('temperature'), number(90.5), 1],
      [text('9'), text('10'), 1],
      [text('Z'), text('a'), -1],
      [date('09'), date('10'), -1],
      [{ t: 'meta', e: 'streamName' }, text('boiler'), 0],
      [path('name'), text('north'), 0],
      // No order: all four are false.
      [text('9'), number(10), undefined],
      [number(10), text('9'), undefined],
      [yes, no, undefined],
      [yes, number(0), undefined],
      [{ t: 'null' }, number(0), undefined],
      [path('$.none'), path('$.none'), undefined],
      [path('$.readings'), path('$.readings'), undefined],
      [path('$.missing'), path('$.missing'), undefined],
      [path('$.missing'), number(1), undefined],
      [number(1), path('$.missing'), undefined],
    ] as const) {
      const found = ['gt', 'ge', 'lt', 'le'].map((t) => passes({ t, e: [a, b] }));
      const expected =
        order === undefined ? [false, false, false, false] : [order > 0, order >= 0, order < 0, order <= 0];
      assert.deepEqual(found, expected, JSON.stringify([a, b]));
    }
  });

  it('compare values as JSON has them, at every depth', () => {
    const values = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const filter = parseFilter(eq(path('$.a'), path('$.b')));
        const same = (left: unknown, right: unknown) =>
          filterPasses(filter, JSON.parse(JSON.stringify({ a: left, b: right })), { streamName: 's' });
        assert.equal(same(a, a), true);
        assert.equal(
          same(a, b),
          isDeepStrictEqual(JSON.parse(JSON.stringify(a)), JSON.parse(JSON.stringify(b))),
        );
      }),
    );
    const shuffled = { a: { x: 1, y: [1, { z: null }] }, b: { y: [1, { z: null }], x: 1 } };
    assert.equal(filterPasses(parseFilter(eq(path('a'), path('b'))), shuffled, { streamName: 's' }), true);
  });

  it('deliver nothing rather than compare all of a large message, even under not (P33)', () => {
    const large = (length: number) => Array.from({ length }, (_, n) => n);
    const filter = eq(path('a'), path('b'));
    for (const [length, expected] of [
      [9_000, true],
      [11_000, false],
    ] as const) {
      const message = { a: large(length), b: large(length) };
      assert.equal(filterPasses(parseFilter(filter), message, { streamName: 's' }), expected);
      const twice = { t: 'or', e: [{ t: 'not', e: filter }, yes] };
      assert.equal(filterPasses(parseFilter(twice), message, { streamName: 's' }), expected);
    }
  });

  it('are measured by their expressions and the steps of their paths', () => {
    const filter = parseFilter({ t: 'or', e: [eq(path('$.a.b[0]'), number(1)), { t: 'not', e: yes }] });
    assert.deepEqual(measureFilter(filter), { terms: 1 + 1 + 4 + 1 + 1 + 1, depth: 3 });
    assert.deepEqual(measureFilter(parseFilter({ t: 'gt', e: [path('a'), yes] })), {
      terms: 1 + 2 + 1,
      depth: 2,
    });
  });

  it('that mean nothing are refused with the part at fault', () => {
    for (const [expression, says] of [
      [null, /filter should be an expression, an object/],
      [{ t: 'gt', e: [] }, /gt should be a list of two/],
      [{ t: 'ne', e: [] }, /t should be a type of expression, but is the string "ne"/],
      [{ t: 'string', e: 1 }, /string should be/],
      [eq(yes), /eq should be a list of two/],
      [eq(yes, yes, yes), /eq should be a list of two/],
      [{ t: 'not', e: [yes, no] }, /not should be one expression/],
      [{ t: 'and', e: yes }, /and should be a list/],
      [{ t: 'meta', e: 'jail' }, /meta should be "streamName"/],
      [path('$..a'), /path should be/],
      [path('$[*]'), /path should be/],
      [path('$.*'), /path should be/],
      [path('*'), /path should be/],
      [path('a.*.b'), /path should be/],
      [path('*[0]'), /path should be/],
      [path('$on'), /path should be/],
      [path('$$'), /path should be/],
    ] as const) {
      assert.throws(() => parseFilter(expression), { name: 'ProtocolError', message: says });
    }
  });

  it('never throw while a message is delivered, whatever the message', () => {
    const filter = parseFilter(eq(path('$.a.b[0]'), number(1)));
    fc.assert(
      fc.property(
        fc.anything(),
        (value) => typeof filterPasses(filter, value, { streamName: 's' }) === 'boolean',
      ),
    );
  });

  it('parse anything to a filter or a ProtocolError', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          parseFilter(value);
        } catch (error) {
          assert.ok(error instanceof ProtocolError);
        }
      }),
    );
  });
});
