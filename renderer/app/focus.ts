/** As a menu or dialog closes: the focus goes back to where it was, unless a command has put it into a field. */
export function leaveFocus(event: Event): void {
  if (document.activeElement?.matches('input, textarea')) event.preventDefault();
}
