import { Fragment } from 'react';

/** A name that, where a line has no room for it, is broken between its parts: `middle/`, `middle_`, `linear`, `.weight`. */
export function Name({ children }: { readonly children: string }) {
  return children.split(/(?<=[/_→])|(?=\.)/).map((part, i) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: parts stand where they stand, and several may be alike.
    <Fragment key={i}>
      {i > 0 && <wbr />}
      {part}
    </Fragment>
  ));
}
