import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../../support/root';
import { freshFolder } from '../../support/store/folders';

const FILES: Record<string, string> = {
  'index.d.ts':
    "export type { Boat } from './boat';\nexport type { Reef } from './hull';\nexport { build } from './yard';\n",
  'boat.d.ts': `
import type { WebSocket } from 'ws';
import { type Hull, type Keel, type Reef as Rock } from './hull';
export type { Rock } from './hull';
/** A boat. */
export interface Boat extends Hull {
    readonly reef: Rock;
}
/** Nobody's. */
export interface Dinghy {
    readonly keel: Keel;
    readonly socket: WebSocket;
}
`,
  'hull.d.ts':
    'export interface Hull {\n}\nexport interface Keel {\n}\nexport interface Reef {\n    readonly Keel: string;\n}\n',
  'yard.d.ts': `
import type { Boat } from './boat';
import type { Agent } from 'node:http';
export declare function build(agent: Agent): Boat;
export declare function build(agent: Agent, count: number): Boat[];
export declare const SLIPS = 3;
`,
  'inside/dock.d.ts': "import type { Dinghy } from '../boat';\nexport type Dock = Dinghy[];\n",
};

describe('the types of the package', () => {
  it('are cut down to what it gives, and what that is made of', async () => {
    const folder = freshFolder();
    for (const [name, text] of Object.entries(FILES)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
    const { cutTypes } = await import(pathToFileURL(join(ROOT, 'scripts/build/public-types.mjs')).href);
    // A part of a boat, which has no name to its users.
    assert.deepEqual(await cutTypes(folder), ['hull: Hull']);
    const left = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.ts$/.test(name),
    );
    assert.deepEqual(left.sort(), ['boat.d.ts', 'hull.d.ts', 'index.d.ts', 'yard.d.ts']);
    const texts = left.map((name) => readFileSync(join(folder, name), 'utf8')).join('\n');
    assert.doesNotMatch(texts, /Dinghy|interface Keel|SLIPS|'ws'/);
    assert.match(texts, /import { type Hull, type Reef as Rock } from '.\/hull';/);
    assert.match(texts, /\/\*\* A boat\. \*\/\nexport interface Boat/);
    assert.match(texts, /import type { Agent } from 'node:http';/);
    assert.equal(texts.match(/function build/g)?.length, 2);
  });
});
