/** What is wrong with a definition typed as JSON text, found by the very parser the runtime uses. */

import { SchemaError } from '../../../src/errors';
import { isRecord, tidyJson } from '../../../src/protocol/json';
import { parseDefinition } from '../../../src/protocol/schema/schema';
import { type Said, saidOf } from '../../shared/wire/sentence';

export interface DefinitionProblem {
  /** Not JSON at all, or JSON that is no definition. */
  kind: 'json' | 'definition';
  reason: Said;
}

/**
 * @param stream the stream the definition is for; blank when a message will tell, and then the definition
 * needs no name of its own either.
 */
export function definitionProblem(text: string, stream: string): DefinitionProblem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(tidyJson(text));
  } catch (error) {
    return { kind: 'json', reason: saidOf(error) };
  }
  const nameComesLater = stream === '' && isRecord(value) && value.name === undefined;
  const name = nameComesLater ? 'named by the message' : stream;
  try {
    parseDefinition(value, name === '' ? undefined : name);
    return undefined;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    const [message] = error.errors;
    const [sentence] = error.mistakes;
    return { kind: 'definition', reason: message === undefined ? saidOf(error) : { message, sentence } };
  }
}
