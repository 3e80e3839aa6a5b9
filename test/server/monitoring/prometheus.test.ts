import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import parse from 'parse-prometheus-text-format';
import { prometheusText } from '../../../src/server/monitoring/prometheus';

describe('the text of metrics', () => {
  it('is what a parser of the format reads', () => {
    const text = prometheusText([
      { name: 'a_total', help: 'What a is.', type: 'counter', samples: [{ value: 5 }] },
      {
        name: 'b_bytes',
        help: 'b.',
        type: 'gauge',
        samples: [
          { labels: { name: 'x', kind: 'y' }, value: 0.5 },
          { labels: { name: 'z' }, value: -1e21 },
        ],
      },
    ]);
    assert.deepEqual(parse(text), [
      { name: 'a_total', help: 'What a is.', type: 'COUNTER', metrics: [{ value: '5' }] },
      {
        name: 'b_bytes',
        help: 'b.',
        type: 'GAUGE',
        metrics: [
          { labels: { name: 'x', kind: 'y' }, value: '0.5' },
          { labels: { name: 'z' }, value: '-1e+21' },
        ],
      },
    ]);
  });

  it('escapes what would break a line', () => {
    const labels = { name: 'a\\b"c\nd' };
    const text = prometheusText([
      { name: 'x', help: 'a\\b\nc', type: 'gauge', samples: [{ labels, value: 1 }] },
    ]);
    assert.equal(text, '# HELP x a\\\\b\\nc\n# TYPE x gauge\nx{name="a\\\\b\\"c\\nd"} 1\n');
    assert.deepEqual(parse(text)[0]?.metrics[0]?.labels, labels);
  });

  it('has words for numbers that are none', () => {
    const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    const text = prometheusText([
      { name: 'x', help: '', type: 'gauge', samples: values.map((value) => ({ value })) },
    ]);
    assert.deepEqual(text.split('\n').slice(2), ['x NaN', 'x +Inf', 'x -Inf', '']);
  });
});
