/** The catalogues and help texts of the nodes, in each language, as files hold them. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sourceFolder } from './editor-page';

export const ENGLISH = 'en-US';

/** All languages besides. */
export const TRANSLATIONS = ['de', 'fr', 'ja', 'zh-CN', 'es-ES', 'pt-BR'] as const;

/** Texts by key, as `label.stream`, in the order of the file. */
export type Texts = ReadonlyMap<string, string>;

export function textsOf(type: string, language: string): Texts {
  const file = join(sourceFolder(type), 'locales', language, `${type}.json`);
  return new Map(flatten(JSON.parse(readFileSync(file, 'utf8')), ''));
}

/** The lines of a help text, without the element around them. */
export function helpOf(type: string, language: string): string[] {
  const file = join(sourceFolder(type), 'locales', language, `${type}.html`);
  const form = `^<script type="text/markdown" data-help-name="${type}">\n([\\s\\S]*)\n</script>\n$`;
  const [, text] = new RegExp(form).exec(readFileSync(file, 'utf8')) ?? [];
  assert.ok(text !== undefined, `${file} is no help text`);
  return text.split('\n');
}

function flatten(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  assert.ok(typeof value === 'object' && value !== null, `${path} is neither a text nor a group of texts`);
  return Object.entries(value).flatMap(([key, child]) =>
    flatten(child, path === '' ? key : `${path}.${key}`),
  );
}
