/** In the place of a number: the name of a variable that holds it. */
export class Named {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  /** As a template writes it. */
  toString(): string {
    return this.name;
  }
}
