import assert from 'node:assert/strict';
import {
  filterSummary,
  hasOrder,
} from '../../../../../nodes/stream-sea-server/editor/filter/filter-words.editor';
import { textsOf } from '../../../../support/browser/texts';

const english = textsOf('stream-sea-server', 'en-US');
const t = (key: string, values: Readonly<Record<string, string | number>> = {}) =>
  (english.get(key) ?? key).replace(/__(\w+)__/g, (_gap, name: string) => String(values[name]));

const path = (e: string) => ({ t: 'path', e });
const NORTH = { t: 'eq', e: [path('$.boiler'), { t: 'string', e: 'north' }] };
const HIGH = { t: 'gt', e: [path('$.pressure'), { t: 'number', e: 8 }] };
const words = (json: unknown) => filterSummary(JSON.stringify(json), t);

describe('a filter in words', () => {
  it('says what it lets through', () => {
    for (const [json, said] of [
      [{ t: 'and', e: [NORTH, HIGH] }, 'boiler is "north" and pressure is above 8'],
      [
        { t: 'or', e: [NORTH, { t: 'and', e: [HIGH, NORTH] }] },
        'boiler is "north" or (pressure is above 8 and boiler is "north")',
      ],
      [{ t: 'not', e: { t: 'or', e: [NORTH, HIGH] } }, 'none of (boiler is "north"; pressure is above 8)'],
      [{ t: 'not', e: NORTH }, 'boiler is not "north"'],
      [{ t: 'eq', e: [{ t: 'meta', e: 'streamName' }, { t: 'null' }] }, 'stream is null'],
      [{ t: 'eq', e: [path('$.a'), { t: 'bool', e: true }] }, 'a is yes (true)'],
      [{ t: 'eq', e: [path('$.a'), path('$.b')] }, 'a is b'],
      [{ t: 'or', e: [] }, 'nothing'],
      [{ t: 'and', e: [{ t: 'bool', e: true }] }, '{"t":"bool","e":true}'],
    ] as const) {
      assert.equal(words(json), said);
    }
    assert.equal(filterSummary(' ', t), 'No conditions: all messages get through.');
  });

  it('is known to compare by order, at any depth', () => {
    assert.equal(hasOrder({ t: 'not', e: { t: 'and', e: [NORTH, HIGH] } }), true);
    assert.equal(hasOrder({ t: 'and', e: [NORTH, { t: 'string', e: 'gt' }] }), false);
  });
});
