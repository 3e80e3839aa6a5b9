/** Parts of the editor that are loaded when they are first needed: whoever opens none of those dialogs never does. */

import { t } from './dialog.editor';

/** Of each part by its name, what its script's content is told by. */
declare const PART_VERSIONS: Readonly<Record<string, string>>;

declare global {
  interface Window {
    /** What the script of a part leaves. */
    streamSeaPart?: unknown;
  }
}

const loaded = new Map<string, unknown>();

/**
 * Gives what a module exports that is a script of its own. The build finds these calls, and the
 * module by the type that stands there.
 *
 * @param name the module's, without `.editor`
 * @throws Error when its script cannot be had, which was said then; the next time it is tried again.
 */
export function later<Part>(name: string): Part {
  if (!loaded.has(name)) loaded.set(name, load(name));
  return loaded.get(name) as Part;
}

/** Says that something of `resources/` could not be loaded. */
export function tellMissing(path: string): void {
  RED.notify(t('error.noScript', { path }), { type: 'error', timeout: 20_000 });
}

/** Waits for it: Node-RED measures a dialog, and the focus moves, as soon as the dialog has been prepared. */
function load(name: string): unknown {
  const script = `resources/@stream-sea/node-red/${name}.js`;
  window.streamSeaPart = undefined;
  $.ajax({ url: `${script}?v=${PART_VERSIONS[name]}`, dataType: 'script', cache: true, async: false });
  if (window.streamSeaPart !== undefined) return window.streamSeaPart;
  tellMissing(script);
  throw new Error(`${script} cannot be loaded`);
}
