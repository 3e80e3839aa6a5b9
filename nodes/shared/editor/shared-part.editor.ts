/** The way from a node's page to the script that the pages of all nodes share: whichever of them comes first gets it. */

/** What the script's content is told by: another one after an update, which no browser takes from its cache. */
declare const SCRIPT_VERSION: string;

declare global {
  interface Window {
    streamSea?: {
      readonly version?: string;
      readonly drawFields: (type: string) => void;
      readonly [type: string]: unknown;
    };
    /** It was said that the script is missing. */
    streamSeaMissing?: boolean;
  }
}

const SCRIPT = 'resources/@stream-sea/node-red/editor.js';

const MISSING = '@stream-sea/node-red/stream-sea-server:error.noScript';

/**
 * Gives what the shared script has for the node type, and has it draw the fields of the dialog that came with the page.
 *
 * @throws Error when the script cannot be had. The type is unknown to the editor then, which leaves its nodes as they are.
 */
export function sharedPart<Part>(type: string): Part {
  if (window.streamSea?.version !== SCRIPT_VERSION) {
    // Not a tag with `src`: Node-RED waits for such a script before it goes on, also for one that cannot be had, for ever.
    $.ajax({ url: `${SCRIPT}?v=${SCRIPT_VERSION}`, dataType: 'script', cache: true, async: false });
  }
  const shared = window.streamSea;
  const part = shared?.[type];
  if (part !== undefined) {
    shared?.drawFields(type);
    return part as Part;
  }
  if (!window.streamSeaMissing) {
    window.streamSeaMissing = true;
    RED.notify(RED._(MISSING, { path: SCRIPT }), { type: 'error', timeout: 20_000 });
  }
  throw new Error(`${SCRIPT} has nothing for ${type}`);
}
