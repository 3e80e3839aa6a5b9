import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { NODE_TYPES, sourceFolder } from '../../support/browser/editor-page';
import { ENGLISH, helpOf, type Texts, TRANSLATIONS, textsOf } from '../../support/browser/texts';

const gaps = (text: string) => [...text.matchAll(/__\w+?__/g)].map(([gap]) => gap).sort();

/** Shorter ones may well be the same word, or no words at all. */
const SENTENCE = /\p{L}+ \p{L}+ \p{L}+ \p{L}+/u;

const heading = /^(#+) (.*)$/;

/** What a line of a help text is: all that a translation has to keep of it. */
function skeleton(line: string): string {
  const [, level] = heading.exec(line) ?? [];
  if (level !== undefined) return level;
  const [property] = /^: \*?[a-z]+\*? \([a-z |]+\) : /.exec(line) ?? [];
  if (property !== undefined) return property;
  // An example is code.
  return line.startsWith('    ') ? line : '';
}

const notable = (lines: readonly string[]) => lines.map(skeleton).filter((line) => line !== '');

const links = (lines: readonly string[]) =>
  [...lines.join('\n').matchAll(/\]\((.*?)\)/g)].map(([, address]) => address);

function headings(type: string, language: string): string[] {
  return helpOf(type, language).flatMap((line) => heading.exec(line)?.[2] ?? []);
}

function expectNone(texts: Texts, wrong: (text: string, key: string) => boolean): void {
  const found = [...texts].filter(([key, text]) => wrong(text, key)).map(([key, text]) => `${key}: ${text}`);
  assert.deepEqual(found, []);
}

describe('the languages', () => {
  for (const type of NODE_TYPES) {
    it(`of ${type} are all that there should be`, () => {
      const found = readdirSync(join(sourceFolder(type), 'locales')).sort();
      assert.deepEqual(found, [ENGLISH, ...TRANSLATIONS].sort());
    });
  }

  for (const language of TRANSLATIONS) {
    describe(language, () => {
      for (const type of NODE_TYPES) {
        const english = textsOf(type, ENGLISH);
        const translated = () => textsOf(type, language);

        it(`has each text of ${type}, and no other`, () => {
          assert.deepEqual([...translated().keys()], [...english.keys()]);
        });

        it(`has the gaps of each text of ${type}`, () => {
          expectNone(
            translated(),
            (text, key) => gaps(text).join() !== gaps(english.get(key) ?? '').join() || text.trim() === '',
          );
        });

        it(`has sentences of its own for ${type}`, () => {
          expectNone(translated(), (text, key) => SENTENCE.test(text) && text === english.get(key));
        });

        it(`has the help of ${type} in the same form`, () => {
          const [original, lines] = [helpOf(type, ENGLISH), helpOf(type, language)];
          assert.match(lines[0] ?? '', /^.{5,100}[.。]$/, 'the first line is the tooltip in the palette');
          assert.notEqual(lines[0], original[0]);
          assert.equal(lines[1], '');
          assert.deepEqual(notable(lines), notable(original));
          assert.deepEqual(links(lines), links(original));
          for (const line of lines.filter((each) => each.startsWith(': '))) {
            // Node-RED ends a description at the next colon, and the list with it.
            assert.match(line, /^: \*?[a-z]+\*? \([a-z |]+\) : [^:]+$/);
          }
        });
      }

      it('says of a refused definition the same before and after', () => {
        const reason = (text = '') =>
          text
            .replace(/^.*?[:：。]/, '')
            .trim()
            .toLowerCase();
        const [dialog, sidebar] = [
          textsOf('stream-sea-define', language),
          textsOf('stream-sea-server', language),
        ];
        for (const why of ['sameVersion', 'lowerVersion']) {
          const foreseen = reason(dialog.get(`hint.changes.${why}`));
          assert.notEqual(foreseen, '');
          assert.equal(sidebar.get(`error.${why}`)?.toLowerCase(), foreseen);
        }
      });

      it('has one word for each section of a help text', () => {
        const words = new Map<string, Set<string>>();
        for (const type of NODE_TYPES) {
          const translated = headings(type, language);
          for (const [index, name] of headings(type, ENGLISH).entries()) {
            const known = words.get(name) ?? new Set();
            words.set(name, known.add(translated[index] ?? ''));
          }
        }
        for (const name of ['Inputs', 'Outputs', 'Details', 'References'])
          assert.equal(words.get(name)?.size, 1, `${name}: ${[...(words.get(name) ?? [])].join(', ')}`);
      });
    });
  }
});
