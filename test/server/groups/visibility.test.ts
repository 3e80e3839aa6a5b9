import assert from 'node:assert/strict';
import { parseFilter } from '../../../src/protocol/filter';
import { Visibility } from '../../../src/server/groups/visibility';
import { Turn } from '../../../src/server/turn';

describe('Visibility (P33)', () => {
  let turn: Turn;
  let visibility: Visibility;

  beforeEach(() => {
    turn = new Turn();
    visibility = new Visibility(turn);
  });

  const isOn = parseFilter({
    t: 'eq',
    e: [
      { t: 'path', e: '$.mode' },
      { t: 'string', e: 'on' },
    ],
  });
  const isBoiler = parseFilter({
    t: 'eq',
    e: [
      { t: 'meta', e: 'streamName' },
      { t: 'string', e: 'boiler' },
    ],
  });

  it('tells by the message, and by its stream', () => {
    const texts = ['{"mode":"on"}', '{"mode":"off"}', 'null'];
    assert.deepEqual(
      texts.map((_text, index) => visibility.passes(texts, index, isOn, 'boiler')),
      [true, false, false],
    );
    assert.equal(visibility.passes(texts, 0, isBoiler, 'boiler'), true);
  });

  it('parses each message once, and asks each filter once, however many look', () => {
    const texts = ['{"mode":"on"}'];
    const parse = JSON.parse;
    let parsed = 0;
    JSON.parse = (...args) => {
      parsed += 1;
      return parse(...args);
    };
    try {
      let asked = 0;
      const counting = {
        ...isOn,
        get t() {
          asked += 1;
          return 'bool' as const;
        },
        e: true,
      };
      visibility.passes(texts, 0, counting, 'boiler');
      const askedOnce = asked;
      for (let round = 0; round < 100; round += 1) {
        visibility.passes(texts, 0, isOn, 'boiler');
        visibility.passes(texts, 0, counting, 'boiler');
      }
      assert.deepEqual([parsed, asked], [1, askedOnce]);
    } finally {
      JSON.parse = parse;
    }
  });

  it('counts as work of the turn, once, and is forgotten when it has become much', async () => {
    const texts = [JSON.stringify({ mode: 'on', text: 'x'.repeat(4_000_000) })];
    visibility.passes(texts, 0, isOn, 'boiler');
    assert.equal(turn.isOver, true);
    await new Promise((resolve) => setImmediate(resolve));
    visibility.passes(texts, 0, isOn, 'boiler');
    assert.equal(turn.isOver, false);
    visibility.passes([...texts], 0, isOn, 'boiler');
    await new Promise((resolve) => setImmediate(resolve));
    visibility.passes(texts, 0, isOn, 'boiler');
    assert.equal(turn.isOver, true);
  });
});
