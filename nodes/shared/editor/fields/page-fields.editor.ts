/**
 * The fields of a dialog. Each is a tag of its own in a page, which says what is special about it; what all have, a row,
 * a label, ids, a description for those who listen, is made of it once the page has arrived.
 *
 * - `<sea-field name="maxAge" icon="hourglass-half"/>` is the field of a property. Its texts are `label.maxAge` and, with
 *   `hint`, `hint.maxAge`, or what other keys are given. One that is `later` is written by the dialog's own code, by an
 *   id as `sea-server-maxAge-hint`. `options` make it a choice, `none` is the text of an empty one, `kind` a
 *   `check`, a `number`, a `password` or a `textarea`, `typed` the width of a typed input, `unit` what is counted, `if`
 *   when it is shown. Other attributes are the control's. What stands within the tag follows the field.
 * - `<sea-name/>` and `<sea-server/>` are these fields, `<sea-streams/>` is a list of streams below its label.
 * - `<sea-cards name="where" options="embedded:cube"/>` is a choice whose options are explained, each with an icon.
 */

type Attributes = Readonly<Record<string, string>>;

const TAG = /<sea-(\w+)([^>]*?)(?:\/>|>([\s\S]*?)<\/sea-\1>)/g;

/** Instead of a text's key. */
const LATER = 'later';

/** Quoted or, as the build leaves what is one word, not. */
const ATTRIBUTE = /([\w-]+)(?:=(?:"([^"]*)"|([\w.:-]+)))?/g;

/** Draws the fields of the dialog that has come with a node type's page. */
export function drawFields(type: string): void {
  $(`script[data-template-name="${type}"]`).text((_index, template) => withFields(type, template));
}

/** A template with its fields drawn. What is none stays as it is, and is refused by the build. */
export function withFields(type: string, template: string): string {
  const page = new Page(type);
  return template.replace(TAG, (whole, tag: keyof Page, written: string, within = '') => {
    if (!(tag in page)) return whole;
    const attributes = [...written.matchAll(ATTRIBUTE)].map(([, name, text, word]) => [
      name,
      text ?? word ?? '',
    ]);
    return page[tag](Object.fromEntries(attributes), within.trim());
  });
}

/** What is drawn of each tag. */
class Page {
  /** What ids of the dialog start with. */
  readonly #own: string;
  readonly #idOf: (property: string) => string;

  constructor(type: string) {
    this.#own = type.replace('stream-', '');
    this.#idOf = (property) => `node-${type === 'stream-sea-server' ? 'config-' : ''}input-${property}`;
  }

  field(given: Attributes, within: string): string {
    const { name = '', icon, label = name, hint, kind, typed, unit, if: when } = given;
    const id = this.#idOf(name);
    const isCheck = kind === 'check';
    const text = label === LATER ? ` id="${this.#own}-${name}-label"` : translated('label', label);
    const description = hint === LATER ? '' : translated('hint', hint || name);
    const parts = [
      !isCheck && `<label for="${id}">${iconOf(icon)} <span${text}></span></label>`,
      this.#control(id, given),
      isCheck && `<label for="${id}"${text}></label>`,
      typed && `<input type="hidden" id="${id}Type">`,
      unit && `<span class="sea-unit"${translated('label', `unit.${unit}`)}></span>`,
      hint !== undefined && `<div id="${this.#hintOf(name)}" class="sea-hint"${description}></div>`,
      within,
    ];
    const classes = ['form-row', isCheck && 'sea-check-row', when && `sea-if-${when}`];
    return `<div class="${joined(classes, ' ')}">${joined(parts, '\n')}</div>`;
  }

  #control(id: string, given: Attributes): string {
    const {
      name = '',
      icon,
      label,
      hint,
      kind,
      options,
      none,
      typed,
      unit,
      placeholder,
      if: when,
      ...own
    } = given;
    const attributes = attributesOf({
      id,
      class: kind === 'number' ? 'sea-number' : undefined,
      style: typed && `width: ${typed}`,
      'data-i18n': placeholder && `[placeholder]${keyOf('placeholder', placeholder)}`,
      'aria-describedby': hint === undefined ? undefined : this.#hintOf(name),
      ...own,
    });
    if (options !== undefined) return `<select${attributes}>${optionsOf(name, options, none)}</select>`;
    if (kind === 'textarea') return `<textarea${attributes}></textarea>`;
    const type = kind === 'check' ? 'checkbox' : kind === 'password' ? kind : 'text';
    return `<input type="${type}"${attributes}>`;
  }

  #hintOf(name: string): string {
    return `${this.#own}-${name}-hint`;
  }

  name(): string {
    const key = 'node-red:common.label.name';
    return this.field({ name: 'name', icon: 'tag', label: key, placeholder: key }, '');
  }

  /** Of a node in a flow; with what tells how to get one, while there is none to choose. */
  server(): string {
    const notice = `${iconOf('hand-o-up')} <span${translated('hint', 'noServer')}></span>`;
    return `${this.field({ name: 'server', icon: 'globe' }, '')}
<div class="sea-hint sea-notice" style="display: none">${notice}</div>`;
  }

  streams({ icon, label = '', hint = '', further }: Attributes): string {
    const [head, list] = further === undefined ? ['', 'list-row'] : [' sea-further-label', 'further'];
    return `<div class="form-row sea-list-label-row${head}">
<span class="sea-list-label">${iconOf(icon)} <span${translated('label', label)}></span></span>
<span class="sea-hint"${translated('hint', hint)}></span></div>
<div class="form-row node-input-streams-container-row sea-${list}">
<ol id="${this.#idOf('streams-container')}" data-i18n="[aria-label]label.${label}"></ol></div>`;
  }

  cards({ name = '', label = name, property = name, options = '' }: Attributes): string {
    const cards = options.split(' ').map((option) => {
      const [value = '', icon] = option.split(':');
      return `<label><input type="radio" name="${this.#own}-${name}" value="${value}">
${iconOf(icon)} <strong${translated('option', `${name}.${value}`)}></strong>
<span class="sea-hint"${translated('hint', `${name}.${value}`)}></span></label>`;
    });
    return `<fieldset class="sea-cards" role="radiogroup" data-i18n="[aria-label]label.${label}">
${cards.join('\n')}
<input type="hidden" id="${this.#idOf(property)}"></fieldset>`;
  }
}

function joined(parts: readonly (string | false | undefined)[], between: string): string {
  return parts.filter(Boolean).join(between);
}

function optionsOf(name: string, options: string, none: string | undefined): string {
  const texts = options.split(' ').map((option) => [option, option]);
  if (none !== undefined) texts.unshift(['', none]);
  return texts
    .map(([value, key = '']) => `<option value="${value}"${translated('option', `${name}.${key}`)}></option>`)
    .join('');
}

function iconOf(name: string | undefined): string {
  return `<i class="fa fa-${name}"></i>`;
}

function translated(group: string, key: string): string {
  return ` data-i18n="${keyOf(group, key)}"`;
}

/** A key with a namespace is one of Node-RED's own. */
function keyOf(group: string, key: string): string {
  return key.includes(':') ? key : `${group}.${key}`;
}

function attributesOf(given: Readonly<Record<string, string | undefined>>): string {
  const written = Object.entries(given).map(([name, value]) => (value ? ` ${name}="${value}"` : ''));
  return written.join('');
}
