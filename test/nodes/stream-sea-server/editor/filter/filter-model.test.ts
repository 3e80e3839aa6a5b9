import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  addPart,
  groupIn,
  movePart,
  placeOf,
  removePart,
  setJson,
  setMode,
  setRow,
  shiftPart,
} from '../../../../../nodes/stream-sea-server/editor/filter/filter-changes.editor';
import {
  mistakesOf,
  readFilter,
} from '../../../../../nodes/stream-sea-server/editor/filter/filter-mistakes.editor';
import {
  type FilterModel,
  jsonOf,
  modelOf,
  type Part,
  ROOT_ID,
  textOf,
} from '../../../../../nodes/stream-sea-server/editor/filter/filter-model.editor';
import { filterPasses, parseFilter } from '../../../../../src/protocol/filter';
import { Visibility } from '../../../../../src/server/groups/visibility';
import { Turn } from '../../../../../src/server/turn';

const path = (e: string) => ({ t: 'path', e });
const text = (e: string) => ({ t: 'string', e });
const number = (e: number) => ({ t: 'number', e });
const eq = (...e: unknown[]) => ({ t: 'eq', e });
const NORTH = eq(path('$.boiler'), text('north'));
const HIGH = { t: 'gt', e: [path('$.pressure'), number(8)] };

/** Every type of expression, at any depth and in any order: what a server takes, and as it is written. */
const { expression } = fc.letrec((tie) => ({
  literal: fc.oneof(
    fc.record({ t: fc.constant('string'), e: fc.constantFrom('north', 'south', '', '8') }),
    fc.record({ t: fc.constant('number'), e: fc.constantFrom(0, 7.5, 8, 9) }),
    fc.record({ t: fc.constant('bool'), e: fc.boolean() }),
    fc.constant({ t: 'null' }),
    fc.constant({ t: 'meta', e: 'streamName' }),
    fc.record({
      t: fc.constant('path'),
      e: fc.constantFrom('$.boiler', 'pressure', '$.list[0]', "$['a b']", '$.nowhere', '$', ''),
    }),
  ),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('literal'),
    fc.record({
      t: fc.constantFrom('eq', 'gt', 'ge', 'lt', 'le'),
      e: fc.oneof(fc.tuple(tie('literal'), tie('literal')), fc.tuple(tie('expression'), tie('expression'))),
    }),
    fc.record({ t: fc.constantFrom('and', 'or'), e: fc.array(tie('expression'), { maxLength: 4 }) }),
    fc.record({ t: fc.constant('not'), e: fc.oneof(tie('expression'), fc.tuple(tie('expression'))) }),
  ),
}));

const message = fc.record(
  {
    boiler: fc.constantFrom('north', 'south'),
    pressure: fc.constantFrom(0, 7.5, 8, 9, '8', true, null),
    list: fc.array(fc.constantFrom(8, 'north')),
    'a b': fc.boolean(),
  },
  { requiredKeys: [] },
);

const rowsIn = (part: Part): Part[] => (part.kind === 'group' ? part.parts.flatMap(rowsIn) : [part]);
const only = (value: unknown): Part | undefined => rowsIn(modelOf(value).root)[0];

describe('a filter that is being built', () => {
  it('is the tree that it was, whatever the tree, and lets through what the server lets through', () => {
    fc.assert(
      fc.property(expression, message, (made, told) => {
        const tree: unknown = JSON.parse(JSON.stringify(made));
        const model = modelOf(tree);
        assert.deepEqual(jsonOf(model), tree);
        assert.deepEqual(mistakesOf(model), []);
        const read = readFilter(textOf(model));
        assert.ok('filter' in read && read.filter !== undefined);
        const visibility = new Visibility(new Turn());
        const onServer = visibility.passes([JSON.stringify(told)], 0, parseFilter(tree), 'sea');
        assert.equal(filterPasses(read.filter, told, { streamName: 'sea' }), onServer);
      }),
      { numRuns: 500 },
    );
  });

  it('loses nothing of any JSON, and has mistakes exactly when no server would take it', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), expression), fc.jsonValue(), (value, other) => {
        for (const json of [value, { t: 'and', e: [value, { t: 'not', e: other }] }]) {
          const tree: unknown = JSON.parse(JSON.stringify(json));
          const model = modelOf(tree);
          assert.deepEqual(jsonOf(model), tree);
          const isTaken = 'filter' in readFilter(JSON.stringify(tree));
          assert.equal(mistakesOf(model).length === 0, isTaken);
        }
      }),
    );
  });

  it('shows as rows what people mean by them', () => {
    for (const [json, operator] of [
      [NORTH, 'is'],
      [{ t: 'not', e: NORTH }, 'isNot'],
      [{ t: 'not', e: [NORTH] }, 'isNot'],
      [HIGH, 'gt'],
      [eq(path('$.a'), path('$.a')), 'there'],
      [{ t: 'not', e: eq(path('$.a'), path('$.a')) }, 'missing'],
      [path('$.on'), 'holds'],
      [eq({ t: 'meta', e: 'streamName' }, text('boiler')), 'is'],
      [eq(path('$.a'), path('$.b')), 'is'],
    ] as const) {
      const row = only(json);
      assert.ok(row?.kind === 'row', JSON.stringify(json));
      assert.equal(row.operator, operator);
    }
  });

  it('shows as JSON what is none, at its place', () => {
    for (const json of [
      text('x'),
      eq(text('north'), path('$.boiler')),
      eq({ t: 'or', e: [NORTH] }, { t: 'bool', e: true }),
      path('$'),
      { ...NORTH, note: 'kept' },
      { t: 'xor', e: [] },
      'nonsense',
      null,
    ]) {
      const { root } = modelOf({ t: 'and', e: [NORTH, json] });
      assert.deepEqual(
        root.parts.map(({ kind }) => kind),
        ['row', 'json'],
        JSON.stringify(json),
      );
    }
  });

  it('is blank, and no filter, until there is something in it, and again once there is nothing', () => {
    const empty = modelOf(undefined);
    assert.equal(textOf(empty), '');
    const one = modelOf(NORTH);
    assert.deepEqual(jsonOf(one), NORTH);
    const [row] = one.root.parts;
    assert.equal(textOf(removePart(one, row?.id ?? -1)), '');
    const none = setMode(modelOf({ t: 'and', e: [NORTH] }), ROOT_ID, 'none');
    assert.equal(textOf(removePart(none, none.root.parts[0]?.id ?? -1)), '');
  });

  it('becomes a group with its second part', () => {
    const { model, id } = addPart(modelOf(NORTH), ROOT_ID, 1, 'row');
    const filled = setRow(model, id, {
      path: '$.pressure',
      operator: 'gt',
      value: { kind: 'number', text: '8' },
    });
    assert.deepEqual(jsonOf(filled), { t: 'and', e: [NORTH, HIGH] });
    assert.deepEqual(jsonOf(setMode(filled, ROOT_ID, 'any')), { t: 'or', e: [NORTH, HIGH] });
    assert.deepEqual(jsonOf(setMode(filled, ROOT_ID, 'none')), {
      t: 'not',
      e: { t: 'or', e: [NORTH, HIGH] },
    });
  });

  it('takes a new group with a row to fill in, and a condition on the stream', () => {
    const { model, id } = addPart(modelOf(NORTH), ROOT_ID, 1, 'group');
    const inner = placeOf(model, id)?.parent;
    assert.equal(inner?.mode, 'any');
    assert.deepEqual(
      mistakesOf(model).map((mistake) => [mistake.id, mistake.kind]),
      [[id, 'pathMissing']],
    );
    const stream = addPart(model, ROOT_ID, 0, 'stream');
    const [row] = stream.model.root.parts;
    assert.ok(row?.kind === 'row' && row.path === undefined);
  });

  it('says at which control of which part something is wrong', () => {
    const model = modelOf({
      t: 'and',
      e: [eq(path('$.a..b'), number(1)), eq(path('$.a'), { t: 'number', e: '1,5' }), NORTH],
    });
    const [first, second, third] = model.root.parts;
    const said = mistakesOf(model).map(({ id, control, kind }) => ({ id, control, kind }));
    assert.deepEqual(said, [
      { id: first?.id, control: 'path', kind: 'pathWrong' },
      { id: second?.id, control: 'value', kind: 'numberWrong' },
    ]);
    const typing = modelOf({ t: 'and', e: [text('x')] });
    const json = typing.root.parts[0]?.id ?? -1;
    const broken = setJson(typing, json, '{"t":');
    assert.deepEqual(
      mistakesOf(broken).map(({ kind }) => kind),
      ['noExpression'],
    );
    // What was typed is there again after a look at the JSON.
    assert.equal(only(JSON.parse(textOf(broken)))?.kind, 'json');
    assert.deepEqual(
      modelOf(JSON.parse(textOf(broken))).root.parts.map((part) => part.kind === 'json' && part.text),
      ['{"t":'],
    );
    assert.ok(third);
  });

  it('is moved about by steps and by places, never into itself', () => {
    const group = { t: 'or', e: [HIGH] };
    const model = modelOf({ t: 'and', e: [group, NORTH] });
    const [inner, row] = model.root.parts;
    assert.ok(inner?.kind === 'group' && row !== undefined);
    const kept = (next: FilterModel) => assert.equal(next, model);
    assert.deepEqual(jsonOf(shiftPart(model, row.id, 'up')), { t: 'and', e: [NORTH, group] });
    const moved = shiftPart(model, row.id, 'in');
    assert.deepEqual(jsonOf(moved), { t: 'and', e: [{ t: 'or', e: [HIGH, NORTH] }] });
    assert.deepEqual(jsonOf(shiftPart(moved, row.id, 'out')), jsonOf(model));
    kept(shiftPart(model, row.id, 'down'));
    kept(shiftPart(model, row.id, 'out'));
    kept(shiftPart(model, inner.id, 'in'));
    kept(movePart(model, inner.id, inner.id, 0));
    kept(movePart(model, ROOT_ID, inner.id, 0));
    assert.equal(groupIn(model, row.id), undefined);
  });
});
