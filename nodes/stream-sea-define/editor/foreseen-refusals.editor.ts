/**
 * The definitions of which a dialog has heard that their server will not take them, as long as the editor is open: a
 * validator cannot wait for an answer, but Done is not to pass over what its dialog has just said.
 */

import { tidyJson } from '../../../src/protocol/json';
import type { Translate } from '../../shared/editor/dialog.editor';
import { problemOf } from './definition-words.editor';

const foreseen = new Map<string, string>();

/** @param words why it will be refused; none when it will be taken. */
export function foresee(server: string, stream: string, schema: string, words: string | undefined): void {
  const key = keyOf(server, stream, schema);
  if (words === undefined) foreseen.delete(key);
  else foreseen.set(key, words);
}

/** What is wrong with it, or else why its server will not take it; nothing where neither is known. */
export function whyRefused(server: string, stream: string, schema: string, t: Translate): string | undefined {
  return problemOf(schema, stream, t) ?? foreseen.get(keyOf(server, stream, schema));
}

function keyOf(server: string, stream: string, schema: string): string {
  return JSON.stringify([server, stream.trim(), tidyJson(schema).trim()]);
}
