/** The way from a node's page to the script that the pages of all nodes share: whichever of them comes first gets it. */

/** What the script's content is told by: another one after an update, which no browser takes from its cache. */
declare const SCRIPT_VERSION: string;

declare global {
  interface Window {
    streamSea?: {
      readonly version?: string;
      /** Draws the fields of the type's dialog, and gives what is there for the type. */
      open(type: string): unknown;
    };
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
  const part = (window.streamSea ?? nothing()).open(type);
  if (part !== undefined) return part as Part;
  throw new Error(`${SCRIPT} has nothing for ${type}`);
}

/** Says it, once: the other pages find that there is nothing. */
function nothing(): { open(type: string): unknown } {
  RED.notify(RED._(MISSING, { path: SCRIPT }), { type: 'error', timeout: 20_000 });
  window.streamSea = { open() {} };
  return window.streamSea;
}
