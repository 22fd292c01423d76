import { type ChildProcess, spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

export interface EditorProblem {
  readonly message: string;
  readonly severity: number;
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
}

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Settings as an editor keeps them, with dots in their names. */
export type EditorSettings = Readonly<Record<string, unknown>>;

/** An editor with one window: the language server for YAML that editors use, spoken to over its pipes. */
export class Editor {
  readonly #server: ChildProcess;
  readonly #settings: EditorSettings;
  readonly #waiting = new Map<number, (message: Message) => void>();
  readonly #problems = new Map<string, readonly EditorProblem[]>();
  #listeners: (() => void)[] = [];
  #nextId = 1;
  #version = 0;
  #buffer = Buffer.alloc(0);

  private constructor(server: ChildProcess, settings: EditorSettings) {
    this.#server = server;
    this.#settings = settings;
    server.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  /** `folder`: what is opened as the workspace. */
  static async open(folder: string, settings: EditorSettings): Promise<Editor> {
    const script = createRequire(import.meta.url).resolve('yaml-language-server/bin/yaml-language-server');
    const editor = new Editor(
      spawn(process.execPath, [script, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] }),
      settings,
    );
    const uri = pathToFileURL(folder).href;
    await editor.ask('initialize', {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: 'project' }],
      capabilities: {
        workspace: { configuration: true, didChangeConfiguration: { dynamicRegistration: true } },
        textDocument: { hover: { contentFormat: ['markdown'] }, completion: {} },
      },
    });
    editor.#send({ method: 'initialized', params: {} });
    return editor;
  }

  /** Opens a file with this text; resolves with what the server says about it. */
  async problemsOf(path: string, text: string): Promise<readonly EditorProblem[]> {
    const { href } = pathToFileURL(path);
    this.#send({ method: 'textDocument/didClose', params: { textDocument: { uri: href } } });
    await this.ask('textDocument/documentSymbol', { textDocument: { uri: href } });
    this.#problems.delete(href);
    // What was made of a text is kept by its version.
    this.#version += 1;
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri: href, languageId: 'yaml', version: this.#version, text } },
    });
    for (;;) {
      const found = this.#problems.get(href);
      if (found !== undefined) return found;
      await new Promise<void>((next) => this.#listeners.push(next));
    }
  }

  /** What is shown at a place of an opened file, as text; `line` and `character` from 0. */
  async hover(path: string, line: number, character: number): Promise<string> {
    const textDocument = { uri: pathToFileURL(path).href };
    const answer = (await this.ask('textDocument/hover', { textDocument, position: { line, character } })) as {
      readonly contents?: { readonly value?: string };
    } | null;
    return answer?.contents?.value ?? '';
  }

  /** Labels that are offered at a place of an opened file. */
  async completions(path: string, line: number, character: number): Promise<readonly string[]> {
    const textDocument = { uri: pathToFileURL(path).href };
    const answer = (await this.ask('textDocument/completion', { textDocument, position: { line, character } })) as {
      readonly items: readonly { readonly label: string }[];
    };
    return answer.items.map(({ label }) => label);
  }

  close(): void {
    this.#server.kill();
  }

  async ask(method: string, params: unknown): Promise<unknown> {
    const id = this.#nextId;
    this.#nextId += 1;
    const answered = new Promise<Message>((resolve) => this.#waiting.set(id, resolve));
    this.#send({ id, method, params });
    const { result, error } = await answered;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    this.#server.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  }

  #take(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end === -1) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.subarray(0, end).toString())?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const text = this.#buffer.subarray(end + 4, end + 4 + length).toString();
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#hear(JSON.parse(text) as Message);
    }
  }

  #hear({ id, method, params, result, error }: Message): void {
    if (method === undefined) {
      this.#waiting.get(id ?? 0)?.({ result, ...(error === undefined ? {} : { error }) });
      return;
    }
    if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as { readonly uri: string; readonly diagnostics: readonly EditorProblem[] };
      this.#problems.set(uri, diagnostics);
      for (const listener of this.#listeners.splice(0)) listener();
    }
    if (id !== undefined)
      this.#send({ id, result: method === 'workspace/configuration' ? this.#answer(params) : null });
  }

  #answer(params: unknown): readonly unknown[] {
    const { items } = params as { readonly items: readonly { readonly section?: string }[] };
    return items.map(({ section = '' }) => nested(this.#settings)[section] ?? null);
  }
}

/** `{'yaml.schemas': x}` as `{yaml: {schemas: x}}`. */
function nested(settings: EditorSettings): Readonly<Record<string, unknown>> {
  const root: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(settings)) {
    const parts = name.split('.');
    const last = parts.pop() ?? '';
    let at = root;
    for (const part of parts) at = (at[part] ??= {}) as Record<string, unknown>;
    at[last] = value;
  }
  return root;
}
