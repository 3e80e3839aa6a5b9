/** The fields of a definition as a table to read, what is nested indented under its object. */

import { type Field, isNested } from '../../src/protocol/schema';
import { element } from './dom.editor';

export interface TableTexts {
  /** What the table is, for those who listen. */
  readonly caption: string;
  readonly name: string;
  readonly type: string;
  readonly values: string;
}

export function schemaTable(fields: readonly Field[], texts: TableTexts): HTMLTableElement {
  const heading = (text: string) => element('th', { scope: 'col' }, text);
  return element(
    'table',
    { class: 'stream-sea-schema', 'aria-label': texts.caption },
    element('thead', {}, element('tr', {}, heading(texts.name), heading(texts.type), heading(texts.values))),
    element('tbody', {}, ...rows(fields, 0)),
  );
}

function rows(fields: readonly Field[], depth: number): HTMLTableRowElement[] {
  return fields.flatMap((field) => {
    const guides = Array.from({ length: depth }, () => element('span', { class: 'stream-sea-guide' }));
    const values = field.type === 'enum' ? field.enum.map((value) => element('code', {}, value)) : [];
    const row = element(
      'tr',
      {},
      element('th', { scope: 'row' }, ...guides, element('span', {}, field.name)),
      element('td', {}, element('span', { class: 'stream-sea-type' }, field.type)),
      element('td', {}, ...values),
    );
    return isNested(field) ? [row, ...rows(field.fields, depth + 1)] : [row];
  });
}
