/** A message as Node-RED's debug sidebar draws one. */

import type { PeekAnswer } from '../../wire/api';

/** @param sourceId what Node-RED remembers of what is unfolded goes by it. */
export function drawnMessage({ value, format }: PeekAnswer['messages'][number], sourceId: string): JQuery {
  return RED.utils.createObjectElement(RED.utils.decodeObject(value, format), {
    key: null,
    typeHint: format,
    hideKey: false,
    path: 'payload',
    rootPath: 'payload',
    sourceId,
  });
}
