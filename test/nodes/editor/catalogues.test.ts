import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml } from 'yaml';
import { editorPage, editorSources, NODE_TYPES } from '../../support/browser/editor-page';
import { ENGLISH, helpOf, textsOf } from '../../support/browser/texts';
import { ROOT } from '../../support/root';

const catalogue = (type: string) => textsOf(type, ENGLISH);

/** Keys in a template: `key`, `[attribute]key`, several with a semicolon; those of the core have a namespace. */
function keysInPage(page: string): string[] {
  return [...page.matchAll(/data-i18n="([^"]+)"/g)]
    .flatMap(([, keys = '']) => keys.split(';'))
    .map((key) => key.replace(/^\[[^\]]+\]/, ''))
    .filter((key) => !key.includes(':'));
}

/** Keys in a source: every text that looks like one, with `${...}` left standing for any last part. */
function keysInSource(source: string): RegExp[] {
  const keys = [
    ...source.matchAll(/['`]((?:label|placeholder|hint|option|error|status|palette)\.[^'`\s]+)['`]/g),
  ];
  return keys.map(([, key = '']) => {
    const parts = key.split(/\$\{[^}]*\}/).map((part) => part.replaceAll('.', '\\.'));
    return new RegExp(`^${parts.join('[A-Za-z-]+')}$`);
  });
}

/**
 * Calls for a text by its whole key, with the names of what is given for its gaps: `t('key', { name, other: value })`,
 * and what passes both on.
 */
function callsIn(source: string): { key: string; given: string[] }[] {
  const calls = source.matchAll(
    /\b(?:t|settingError)\((?:t,\s*)?'([a-z]+\.[^']+)'(?:,\s*\{([^{}]*)\})?,?\s*\)/g,
  );
  return [...calls].map(([, key = '', values = '']) => ({
    key,
    given: [...values.matchAll(/(?:^|,)\s*(\w+)(?=\s*(?:,|:|$))/g)].map(([, name = '']) => name).sort(),
  }));
}

function gapsOf(text: string): string[] {
  return [...new Set([...text.matchAll(/__(\w+?)__/g)].map(([, name = '']) => name))].sort();
}

/** All sources that run in Node.js; their texts stand in the server's catalogue. */
function runtimeSources(): string {
  return readdirSync(join(ROOT, 'nodes'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.editor.ts'))
    .map((file) => readFileSync(join(ROOT, 'nodes', file), 'utf8'))
    .join('\n');
}

describe('the catalogues', () => {
  for (const type of NODE_TYPES) {
    const isServer = type === 'stream-sea-server';

    describe(type, () => {
      it('has every text that dialog, editor and runtime ask for', async () => {
        const keys = [...catalogue(type).keys()];
        for (const key of keysInPage(await editorPage(type)))
          assert.ok(keys.includes(key), `no text for ${key}`);
        const sources = isServer ? [editorSources(type), runtimeSources()] : [editorSources(type)];
        for (const pattern of sources.flatMap(keysInSource)) {
          assert.ok(
            keys.some((key) => pattern.test(key)),
            `no text for ${pattern.source}`,
          );
        }
      });

      it('has no text that nothing asks for', async () => {
        const literal = keysInPage(await editorPage(type));
        const patterns = keysInSource(
          isServer ? editorSources(type) + runtimeSources() : editorSources(type),
        );
        // The palette looks up the first part of the category's name by itself; the library's sentences have a
        // test of their own.
        const unused = [...catalogue(type).keys()].filter((key) => {
          return (
            key !== 'palette.label.stream' &&
            !key.startsWith('sentence.') &&
            !literal.includes(key) &&
            !patterns.some((each) => each.test(key))
          );
        });
        assert.deepEqual(unused, []);
      });

      it('is given what each of its texts has gaps for', () => {
        const calls = callsIn(isServer ? editorSources(type) + runtimeSources() : editorSources(type));
        assert(calls.length > 3);
        for (const { key, given } of calls) {
          const text = catalogue(type).get(key);
          if (text !== undefined) assert.deepEqual(given, gapsOf(text), key);
        }
      });

      it('has each key once, in every language', () => {
        const folder = join(ROOT, 'nodes', type, 'locales');
        for (const language of readdirSync(folder)) {
          // A key that stands twice hides its first text from whoever asks for that.
          parseYaml(readFileSync(join(folder, language, `${type}.json`), 'utf8'), { uniqueKeys: true });
        }
      });

      it('writes placeholders as Node-RED replaces them', () => {
        for (const [key, text] of catalogue(type)) {
          assert.notEqual(text, '', key);
          assert.doesNotMatch(text, /\{\{|\}\}|%s/, key);
        }
      });

      it('has a help text in the official form', () => {
        const lines = helpOf(type, ENGLISH);
        assert.match(lines[0] ?? '', /^[A-Z].{10,100}\.$/, 'the first line is the tooltip in the palette');
        assert.equal(lines[1], '');
        const headings = lines.filter((line) => line.startsWith('### ')).map((line) => line.slice(4));
        const allowed = ['Inputs', 'Outputs', 'Details', 'References'];
        for (const heading of headings) assert.ok(allowed.includes(heading), heading);
        assert.deepEqual(headings.slice(-2), ['Details', 'References']);
        for (const line of lines.filter((each) => each.startsWith(': '))) {
          // Node-RED ends a description at the next colon, and the list with it.
          assert.match(line, /^: \*?[a-z]+\*? \([a-z |]+\) : [^:]+$/);
        }
      });
    });
  }
});
