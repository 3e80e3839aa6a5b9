/** What is wrong with a definition typed as JSON text, found by the very parser the runtime uses. */

import { messageOf, SchemaError } from '../../src/errors';
import { isRecord } from '../../src/protocol/json';
import { parseDefinition } from '../../src/protocol/schema';

export interface DefinitionProblem {
  /** Not JSON at all, or JSON that is no definition. */
  kind: 'json' | 'definition';
  reason: string;
}

/**
 * @param stream the stream the definition is for; blank when a message will tell, and then the definition
 * needs no name of its own either.
 */
export function definitionProblem(text: string, stream: string): DefinitionProblem | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { kind: 'json', reason: messageOf(error) };
  }
  const nameComesLater = stream === '' && isRecord(value) && value.name === undefined;
  const name = nameComesLater ? 'named by the message' : stream;
  try {
    parseDefinition(value, name === '' ? undefined : name);
    return undefined;
  } catch (error) {
    if (!(error instanceof SchemaError)) throw error;
    return { kind: 'definition', reason: error.errors[0] ?? error.message };
  }
}
