/** Real data through define, publish and receive: a year of hourly weather from vega-datasets. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startFlow, stopFlows } from '../support/node-red/flow';
import { CATCH, helperNode, node, SERVER, TAB } from './flows';

const STREAM = 'seattle weather/hourly';

function readRows(): object[] {
  // Its package.json exports no data files, so they cannot be resolved by name.
  const file = join(__dirname, '../../node_modules/vega-datasets/data/seattle-weather-hourly-normals.csv');
  const [, ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  return lines.map((line) => {
    const [date, pressure, temperature, wind] = line.split(',');
    return {
      at: `${date}Z`,
      pressure: Number(pressure),
      temperature: Number(temperature),
      wind: Number(wind),
    };
  });
}

describe('a year of hourly weather', () => {
  stopFlows();

  it('arrives row by row: each once, in order', async () => {
    const rows = readRows();
    assert.equal(rows.length, 8759);
    const flow = await startFlow([
      TAB,
      SERVER,
      ...CATCH,
      node('define', 'define', { wires: [['defined']] }),
      helperNode('defined'),
      node('out', 'out', { stream: STREAM, validate: 'strict' }),
      node('in', 'in', { stream: STREAM, wires: [['got']] }),
      helperNode('got'),
    ]);
    const fields = [
      { name: 'at', type: 'date' },
      ...['pressure', 'temperature', 'wind'].map((name) => ({ name, type: 'float' })),
    ];
    flow.send('define', { topic: STREAM, payload: { version: 1, fields } });
    await flow.receives('defined', 1);
    await flow.shows('in', /(\.|^)connected/);
    for (const payload of rows) flow.send('out', { payload });
    const got = await flow.receives('got', rows.length);
    assert.deepEqual(
      got.map(({ payload }) => payload),
      rows,
    );
    assert.deepEqual(flow.received('caught'), []);
  }).timeout(120_000);
});
