/** An expression as far as its layout asks: of the few forms that exported code has. */
export type Node =
  | { readonly kind: 'atom'; readonly text: string }
  /** `of.name`, `of[0]`. */
  | { readonly kind: 'member'; readonly of: Node; readonly text: string; readonly isIndex: boolean }
  | { readonly kind: 'call'; readonly of: Node; readonly args: readonly Node[] }
  | { readonly kind: 'new'; readonly of: Node; readonly args: readonly Node[] }
  | { readonly kind: 'array'; readonly items: readonly Node[] }
  | { readonly kind: 'object'; readonly items: readonly Node[] }
  | { readonly kind: 'property'; readonly key: string; readonly value: Node }
  /** `await of`, `...of`, `-of`. */
  | { readonly kind: 'prefix'; readonly text: string; readonly of: Node }
  | { readonly kind: 'brackets'; readonly of: Node }
  /** `() => of`. */
  | { readonly kind: 'arrow'; readonly of: Node };

const TOKEN = /\s*('(?:\\.|[^'\\])*'|\d[\d.]*(?:e-?\d+)?|[\p{ID_Continue}$]+|=>|\.\.\.|\S)/uy;

function tokensOf(text: string): string[] {
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) found.push(match[1] ?? '');
  return found;
}

/** Reads tokens one after another. */
export class Parser {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
  }

  get next(): string | undefined {
    return this.#tokens[this.#at];
  }
  /** Goes on behind a token, if it is this. */
  take(token: string): boolean {
    if (this.next !== token) return false;
    this.#at++;
    return true;
  }
  #any(): string {
    const token = this.#tokens[this.#at++];
    if (token === undefined) throw new Error(`code ends too soon: ${this.#tokens.join(' ')}`);
    return token;
  }

  expression(): Node {
    const start = this.#any();
    switch (start) {
      case 'await':
        return { kind: 'prefix', text: 'await ', of: this.expression() };
      case '...':
      case '-':
        return { kind: 'prefix', text: start, of: this.expression() };
      case 'new':
        return this.#trailers(this.#made());
      case '[':
        return this.#trailers({ kind: 'array', items: this.#list(']') });
      case '{':
        return { kind: 'object', items: this.#list('}') };
      case '(':
        return this.#brackets();
      default:
        return this.#trailers({ kind: 'atom', text: start });
    }
  }

  #made(): Node {
    let of: Node = { kind: 'atom', text: this.#any() };
    while (this.take('.')) of = { kind: 'member', of, text: `.${this.#any()}`, isIndex: false };
    this.take('(');
    return { kind: 'new', of, args: this.#list(')') };
  }

  #brackets(): Node {
    if (this.take(')')) {
      this.take('=>');
      return { kind: 'arrow', of: this.expression() };
    }
    const of = this.expression();
    this.take(')');
    return this.#trailers({ kind: 'brackets', of });
  }

  #trailers(first: Node): Node {
    let of = first;
    for (;;) {
      if (this.take('.')) of = { kind: 'member', of, text: `.${this.#any()}`, isIndex: false };
      else if (this.take('(')) of = { kind: 'call', of, args: this.#list(')') };
      else if (this.take('[')) {
        of = { kind: 'member', of, text: `[${this.#any()}]`, isIndex: true };
        this.take(']');
      } else return of;
    }
  }

  /** What stands between commas; of an array that is taken apart, some of it may be missing. */
  #list(close: string): Node[] {
    const items: Node[] = [];
    while (!this.take(close)) {
      if (this.take(',')) {
        items.push({ kind: 'atom', text: '' });
        continue;
      }
      const item = this.expression();
      items.push(
        item.kind === 'atom' && this.take(':') ? { kind: 'property', key: item.text, value: this.expression() } : item,
      );
      if (!this.take(',') && this.next !== close) throw new Error(`code is not understood at ${this.next}`);
    }
    return items;
  }
}
