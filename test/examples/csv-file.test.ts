/** Example 07, with its own file and with one that is found there. */

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { ExampleHost, example, idOf, type SavedNode } from '../support/node-red/examples';

describe('the example of a CSV file', function () {
  this.timeout(120_000);

  let folder: string;
  let file: string;
  let host: ExampleHost;
  let nodes: SavedNode[];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'stream-sea-csv-'));
    file = join(folder, 'readings.csv');
    nodes = example('07').map((node) => ('filename' in node ? { ...node, filename: file } : node));
    host = await ExampleHost.start();
  });

  after(async () => {
    await host?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function defined(): Promise<void> {
    await host.comms.status(idOf(nodes, 'define readings'), /connected$/);
    await host.comms.shows('defined', 1);
  }

  it('writes a file, publishes its rows, and says what is wrong with one of them', async () => {
    await host.run(nodes, async () => {
      await defined();
      await host.press(nodes, 'write the file');
      await host.comms.shows('written', 1);
      assert.match(await readFile(file, 'utf8'), /^sensor,at,temperature,hall\nnorth,/);
      await host.press(nodes, 'read it');
      const readings = await host.comms.shows('readings', 3);
      assert.deepEqual(readings[0], {
        sensor: 'north',
        at: '2026-03-31T12:00:00Z',
        temperature: 21.5,
        hall: 3,
      });
      const [wrong] = await host.comms.shows('what went wrong', 1);
      assert.match(String(wrong), /^Row 3: .*temperature/);
      await host.comms.status(idOf(nodes, 'published'), /^3$/);
    });
  });

  it('does the same with a file of yours', async () => {
    await writeFile(
      file,
      'sensor,at,temperature,hall\r\npump,2026-03-31T12:00:00Z,40,x\r\npump,2026-03-31T12:00:01Z,41,1\r\n',
    );
    await host.run(nodes, async () => {
      await defined();
      await host.press(nodes, 'read it');
      const [wrong] = await host.comms.shows('what went wrong', 1);
      assert.match(String(wrong), /^Row 1: .*hall/);
      assert.deepEqual(await host.comms.shows('readings', 1), [
        { sensor: 'pump', at: '2026-03-31T12:00:01Z', temperature: 41, hall: 1 },
      ]);
    });
  });
});
