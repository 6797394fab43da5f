import { useEffect, useState } from 'react';
import type { Toast } from '../stores/toasts.ts';
import { useToasts } from '../stores/toasts.ts';
import { useText } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import css from './Toasts.module.css';

/** Milliseconds: good news goes by itself, bad news stays until it is read. */
const NOTE_STAYS = 4000;
/** Lines to begin with; the others are there for the asking. */
const MOST_LINES = 2;

export function Toasts() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <section className={css.stack} aria-label={useText().toast.region} aria-live="polite">
      {toasts.map((toast) => (
        <Message key={toast.id} toast={toast} />
      ))}
    </section>
  );
}

function Message({ toast }: { readonly toast: Toast }) {
  const { dismiss } = useToasts.getState();
  const text = useText();
  const [whole, setWhole] = useState(false);
  // One line more takes no more room than to say so.
  const hidden = whole || toast.lines.length <= MOST_LINES + 1 ? 0 : toast.lines.length - MOST_LINES;
  const lines = toast.lines.slice(0, toast.lines.length - hidden);
  useEffect(() => {
    if (toast.tone === 'bad') return;
    const timer = setTimeout(() => dismiss(toast.id), NOTE_STAYS);
    return () => clearTimeout(timer);
  }, [toast, dismiss]);
  return (
    <div className={css.toast} data-tone={toast.tone} role={toast.tone === 'bad' ? 'alert' : 'status'}>
      <div className={css.words}>
        <b>{toast.title}</b>
        <div className={css.lines}>
          {[...new Set(lines)].map((line) => (
            <p key={line}>{line}</p>
          ))}
        </div>
        {hidden > 0 && (
          <button type="button" className={css.more} onClick={() => setWhole(true)}>
            {text.toast.more(hidden)}
          </button>
        )}
      </div>
      <button type="button" className={css.close} aria-label={text.toast.dismiss} onClick={() => dismiss(toast.id)}>
        <Icon name="close" size={13} />
      </button>
    </div>
  );
}
