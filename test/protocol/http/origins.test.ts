import assert from 'node:assert/strict';
import { SettingError } from '../../../src/errors';
import { parseOrigins } from '../../../src/protocol/http/origins';

describe('origins', () => {
  for (const [text, origins] of [
    ['', []],
    [' , ', []],
    ['*', '*'],
    [' * ,', '*'],
    ['https://Plant.example, http://localhost:1880/', ['https://plant.example', 'http://localhost:1880']],
  ] as const) {
    it(`as ${JSON.stringify(text)} are ${JSON.stringify(origins)}`, () => {
      assert.deepEqual(parseOrigins(text), origins);
    });
  }

  for (const text of [
    'plant.example',
    'null',
    '*, https://a.example',
    'https://a.example/path',
    'file:///x',
  ]) {
    it(`are none: ${text}`, () => assert.throws(() => parseOrigins(text), SettingError));
  }
});
