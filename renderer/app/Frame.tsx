import { Dialog } from 'radix-ui';
import type { ReactNode } from 'react';
import { useText } from '../text/text.ts';
import css from './Dialogs.module.css';
import { leaveFocus } from './focus.ts';
import { Icon } from './Icon.tsx';

interface FrameProps {
  readonly title: string;
  readonly onClose: () => void;
  /** The title is only read aloud. */
  readonly bare?: boolean;
  /** For content that fills the window. */
  readonly wide?: boolean;
  /** Takes Escape for itself where it says so: what is inside has something to close first. */
  readonly onEscape?: () => boolean;
  readonly children: ReactNode;
}

/** A modal dialog: title, content, and a way out. */
export function Frame({ title, onClose, bare = false, wide = false, onEscape = () => false, children }: FrameProps) {
  const text = useText();
  return (
    <Dialog.Root open onOpenChange={(open) => open || onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className={css.overlay} />
        <Dialog.Content
          className={css.dialog}
          data-bare={bare || undefined}
          data-wide={wide || undefined}
          aria-describedby={undefined}
          onEscapeKeyDown={(event) => {
            // In a field with a value that does not fit, Escape gives that back first, and says so.
            const unfit = event.target instanceof Element && event.target.matches('[aria-invalid=true]');
            if (unfit || onEscape()) event.preventDefault();
          }}
          onCloseAutoFocus={leaveFocus}
        >
          <Dialog.Title className={bare ? css.unseen : css.title}>{title}</Dialog.Title>
          {children}
          {!bare && (
            <Dialog.Close className={css.close} aria-label={text.dialog.close}>
              <Icon name="close" />
            </Dialog.Close>
          )}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
