/** The inspector's field for a name registers itself here; commands reach it without knowing it. */
let registered: (() => void) | null = null;
/** Asked for while there was no field: the inspector was folded. */
let wanted = false;

/** Called by the field as it mounts, with the way to put the focus into it; returns the way to take it back. */
export function registerNameField(focus: () => void): () => void {
  registered = focus;
  if (wanted) focus();
  wanted = false;
  return () => {
    if (registered === focus) registered = null;
  };
}

/** Puts the focus into the field for a name, now or as soon as there is one. */
export function focusName(): void {
  if (registered === null) wanted = true;
  else registered();
}
