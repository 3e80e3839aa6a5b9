/** What the dialogs have in common. */

import { CONTEXT_STORE } from '../message/value.config';
import { fillIn, type Said, saidOf, type Values, wordsOf } from '../wire/sentence';
import { element, showOneOf } from './dom.editor';
import type { EditorNode } from './red.editor';

const PACKAGE = '@stream-sea/node-red';

/** Gives the text of a key in the catalogue of one node type. A gap without a value stays as it is. */
export type Translate = (key: string, values?: Values) => string;

export function catalogue(type: string): Translate {
  return (key, values) => fillIn((options) => RED._(`${PACKAGE}/${type}:${key}`, options), values);
}

/** What several nodes say is in the server node's catalogue. */
export const t = catalogue('stream-sea-server');

/** The field of a property in the dialog of a node. */
export function nodeField(property: string): JQuery {
  return $(`#node-input-${property}`);
}

/** The same in the dialog of a config node. */
export function configField(property: string): JQuery {
  return $(`#node-config-input-${property}`);
}

/** What stands in a field; nothing for a choice of none. */
export function textIn(field: JQuery): string {
  return String(field.val() ?? '');
}

/** What went wrong, in the viewer's language; nothing where nothing did. */
export function wordsFor(said: Said | undefined): string {
  return said ? wordsOf(said, t) : '';
}

/** The same of anything thrown. */
export function reasonFor(thrown: unknown): string {
  return wordsFor(saidOf(thrown));
}

/** With what the node does, as one stream mostly has several nodes: one that writes it, one that reads it. */
export function nodeLabel(
  node: { name?: string; stream?: string; streamType?: string },
  typeLabel: string,
  further: readonly string[] = [],
): string {
  if (node.name) return node.name;
  const [first, ...others] = [typedLabel(node.stream, node.streamType), ...further].filter(Boolean);
  if (first === undefined) return typeLabel;
  return `${typeLabel}: ${first}${others.length > 0 ? ` +${others.length}` : ''}`;
}

/** A stream from elsewhere as people write it: `msg.device`. */
function typedLabel(stream: string | undefined, kind: string | undefined): string {
  if (!stream || kind === undefined || !['msg', 'flow', 'global'].includes(kind)) return stream ?? '';
  return `${kind}.${stream.replace(CONTEXT_STORE, '')}`;
}

/**
 * Gives a node that was just dragged into a flow the only server there is. A node that is pasted or imported
 * is in the flow already when the editor calls onadd; it keeps what it came with, be that nothing.
 */
export function takeOnlyServer(node: EditorNode<{ server: string }>): void {
  if (node.server || RED.nodes.node(node.id)) return;
  const only = onlyServer(node);
  if (only !== undefined) node.server = only;
}

function onlyServer(node: { readonly z?: string }): string | undefined {
  const servers: string[] = [];
  RED.nodes.eachConfig((config) => {
    const withinReach = !config.z || config.z === node.z;
    if (config.type === 'stream-sea-server' && withinReach && !config.d) servers.push(config.id);
  });
  return servers.length === 1 ? servers[0] : undefined;
}

/**
 * Shows the row that tells how to get a server, while there is none to choose. Where there is one by now, it is chosen
 * for a node that came before it.
 */
export function showWhenNoServer(): void {
  const row = $('.sea-notice');
  const select = nodeField('server');
  const node: Partial<EditorNode<{ server: string }>> = RED.editor.getEditStack().at(-1) ?? {};
  const only = node.server ? undefined : onlyServer(node);
  if (only !== undefined) select.val(only).trigger('change');
  const update = () => {
    const isMissing = select.find('option').length <= 1;
    if (isMissing) row.show();
    // Its place stays while the dialog is open: with the first server, all below jumped up.
    row.css('visibility', isMissing ? '' : 'hidden');
  };
  select.on('change', update);
  update();
}

/**
 * Fills in the defaults for what an old or hand-written flow does not say, or says in a word that is no option.
 * The editor leaves such fields empty, also in a new config node for defaults that are false or zero.
 *
 * @param prefix what the ids of the fields start with, as `#node-input-`
 */
export function fillInDefaults(node: object, defaults: object, prefix: string): void {
  for (const [property, value] of Object.entries(defaults)) {
    const field = $(`${prefix}${property}`);
    const missing = Reflect.get(node, property) === undefined || field.val() === null;
    if (!missing || value === '') continue;
    if (field.is('[type=checkbox]')) field.prop('checked', value);
    else field.val(value);
  }
}

/** Shows the text for the chosen option below a select, now and at every change. */
export function explain(select: JQuery, hint: JQuery, textOf: (option: string) => string): void {
  const options = [...select.find('option')].map((option) => option.value);
  const place = hint.append(...options.map((option) => element('div', {}, textOf(option))))[0];
  const update = () => place && showOneOf(place, options.indexOf(textIn(select)));
  select.on('change', update);
  update();
}

/** Whether the dialog in front is that of this node. */
function isBeingEdited(node: object): boolean {
  return RED.editor.getEditStack().at(-1) === node;
}

/**
 * What a property is now: as typed while the node's dialog is open, else as saved. A validator that looks at
 * a second property needs it, since the node still holds the old one until the dialog is saved.
 */
export function currently(node: object, saved: unknown, field: JQuery): string {
  const value = isBeingEdited(node) ? (field.val() ?? saved) : saved;
  return String(value ?? '');
}

/** Whether a text holds a reference that the runtime replaces, so that nothing can be said about it here. */
export function hasEnvironment(text: string): boolean {
  return text.includes('${');
}
