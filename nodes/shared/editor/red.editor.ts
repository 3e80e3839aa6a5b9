/**
 * What the dialogs use of Node-RED's editor, as it is in 4.1 and 5. The published types (@types/node-red)
 * describe Node-RED 1.3: their validators cannot give a reason, and several widgets below are missing there.
 */

export interface PropertyDefinition<Saved, Value> {
  value: Value;
  required?: boolean;
  /** The type of config node this property points to. */
  type?: string;
  /** What the editor calls this property when it tells why the node is invalid. */
  label?: string;
  /**
   * Returns true, or the reason why not. `value` comes from the saved node or from a field of the open dialog.
   * Both parameters must be declared: Node-RED takes a validator with one for an old one, without reasons.
   */
  validate?(this: EditorNode<Saved>, value: unknown, options: { label?: string }): true | string;
}

export interface CredentialDefinition<Saved> {
  type: 'text' | 'password';
  /** Called while the dialog is open only; a saved password comes as a stand-in, never as itself. */
  validate?(this: EditorNode<Saved>, value: unknown, options: { label?: string }): true | string;
}

export interface Size {
  width: number;
  height: number;
}

/** The second argument of registerType. */
export interface NodeDefinition<Saved> {
  category: string;
  /** Shown over the category's name in the palette. */
  categoryDescription?: string;
  /** False: the editor does not call a config node unused that no node points to. */
  hasUsers?: boolean;
  color: string;
  icon: string;
  align?: 'left' | 'right';
  inputs?: number;
  outputs?: number;
  inputLabels?: string | (() => string);
  outputLabels?: string | (() => string);
  paletteLabel: () => string;
  label(this: EditorNode<Saved>): string;
  labelStyle?(this: EditorNode<Saved>): string;
  defaults: { [Name in keyof Saved]: PropertyDefinition<Saved, Saved[Name]> };
  credentials?: Record<string, CredentialDefinition<Saved>>;
  /** Called when the node is dragged or pasted into a flow. */
  onadd?(this: EditorNode<Saved>): void;
  oneditprepare?(this: EditorNode<Saved>): void;
  oneditsave?(this: EditorNode<Saved>): void;
  oneditcancel?(this: EditorNode<Saved>): void;
  oneditresize?(this: EditorNode<Saved>, size: Size): void;
}

/** A node in the editor. Its properties may be missing: it may come from an old or a hand-written flow. */
export type EditorNode<Saved> = Partial<Saved> & {
  readonly id: string;
  readonly type: string;
  /** The flow it is in; none for a config node that all flows may use. */
  readonly z?: string;
  /** Disabled. */
  readonly d?: boolean;
};

/** A node, or a flow, as it was last deployed. */
export interface DeployedNode {
  readonly id: string;
  /** Disabled, of a node; of a flow it is `disabled`. */
  readonly d?: boolean;
  readonly disabled?: boolean;
  /** The flow that it is in. */
  readonly z?: string;
}

/** A code editor, Monaco or Ace. */
export interface TextEditor {
  getValue(): string;
  getSession(): { on(event: 'change', listener: () => void): void };
  resize(): void;
  destroy(): void;
}

/** How the debug sidebar draws a value. */
export interface ObjectElementOptions {
  key: string | null;
  typeHint: string;
  hideKey: boolean;
  path: string;
  rootPath: string;
  sourceId: string;
}

export interface SidebarTab {
  id: string;
  /** On the tab; `name` is in menus and tips. */
  label: string;
  name: string;
  iconClass: string;
  /** The action that shows it, for its keyboard shortcut in the tip. */
  action: string;
  content: JQuery;
  toolbar: JQuery;
  /** Usable while a dialog is open. */
  enableOnEdit?: boolean;
}

export type NodeSetEvent =
  | 'registry:node-set-enabled'
  | 'registry:node-set-disabled'
  | 'registry:node-set-removed';

/** A dialog of its own over the one that is open, as the core's editors of expressions are. */
export interface Tray {
  title: string;
  width: number;
  buttons: readonly { id: string; text: string; class?: string; click(): void }[];
  open(tray: JQuery): void;
  resize(): void;
  show(): void;
}

export interface EditorRed {
  /** The text of a catalogue key in the viewer's language. */
  _(key: string, options?: Record<string, string | number>): string;
  /** @param options for how many milliseconds, unless it is clicked before */
  notify(text: string, options: { type: 'error'; timeout: number }): void;
  nodes: {
    registerType<Saved>(type: string, definition: NodeDefinition<Saved>): void;
    node(id: string): EditorNode<object> | null | undefined;
    /** A flow. */
    workspace(id: string | undefined): { readonly disabled?: boolean } | undefined;
    /** The flows as they were last loaded or deployed. */
    originalFlow(): readonly DeployedNode[];
    eachNode(visit: (node: EditorNode<object>) => void): void;
    eachConfig(visit: (node: EditorNode<object>) => void): void;
  };
  utils: {
    /** Draws a value as the debug sidebar does, to be unfolded level by level. */
    createObjectElement(value: unknown, options: ObjectElementOptions): JQuery;
    /** Whether a value of a typed field is one of its kind; why not. */
    validateTypedProperty(value: string, kind: string, options: { label?: string }): true | string;
    getNodeLabel(node: object, fallback: string): string;
    /** What the runtime's encodeObject wrote, as a value again. */
    decodeObject(value: unknown, format: string): unknown;
  };
  sidebar: {
    addTab(tab: SidebarTab): void;
    containsTab(id: string): boolean;
    removeTab(id: string): void;
    show(id: string): void;
  };
  actions: {
    add(name: string, action: () => void, options: { label: string }): void;
    remove(name: string): void;
  };
  events: {
    /** Somebody switches a set of nodes on or off, or takes it away, in the palette manager. */
    on(event: NodeSetEvent, listener: (set: { readonly types: readonly string[] }) => void): void;
  };
  view: {
    /** Brings a node into sight and lets it flash. */
    reveal(id: string): void;
  };
  clipboard: {
    /** @param message the key of the core's text that appears beside the element. */
    copyText(text: string, element: JQuery, message: string): boolean;
  };
  settings: {
    /** Of Node-RED. */
    readonly version: string;
  };
  i18n: {
    /** The viewer's language. */
    lang(): string;
  };
  editor: {
    createEditor(options: { id: string; mode: string; value: string }): TextEditor;
    /** The nodes whose dialogs are open, the topmost last. */
    getEditStack(): readonly object[];
  };
  tray: {
    /** The dialog below it leaves the page meanwhile, and comes back as it was. */
    show(tray: Tray): void;
    /** @param done called when it is gone, and the one below it is there again. */
    close(done: () => void): void;
  };
  tabs: {
    create(options: { id: string; onchange: (tab: { id: string }) => void }): {
      addTab(tab: { id: string; label: string }): void;
      resize(): void;
    };
  };
}

export interface EditableListOptions<Item> {
  addItem(row: JQuery, index: number, item: Item): void;
  removable: boolean;
  sortable: boolean;
  addButton?: string;
  /** `auto`: as high as what is in it. */
  height?: 'auto';
}

declare global {
  const RED: EditorRed;

  /** The library may load what it seldom needs where it needs it; the bundler finds that too. */
  function require(id: string): unknown;

  interface JQuery {
    typedInput(options: { types: readonly string[]; typeField: JQuery }): this;
    typedInput(method: 'value', value: string): this;
    editableList<Item>(options: EditableListOptions<Item>): this;
    editableList<Item>(method: 'addItem', item: Item): void;
    editableList(method: 'items'): JQuery;
    editableList(method: 'height', height: number): void;
  }
}
