import { useEffect } from 'react';
import type { Toast } from '../stores/toasts.ts';
import { useToasts } from '../stores/toasts.ts';
import { useText } from '../text/text.ts';
import { Icon } from './Icon.tsx';
import css from './Toasts.module.css';

/** Milliseconds: good news goes by itself, bad news stays until it is read. */
const NOTE_STAYS = 4000;

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
  useEffect(() => {
    if (toast.tone === 'bad') return;
    const timer = setTimeout(() => dismiss(toast.id), NOTE_STAYS);
    return () => clearTimeout(timer);
  }, [toast, dismiss]);
  return (
    <div className={css.toast} data-tone={toast.tone} role={toast.tone === 'bad' ? 'alert' : 'status'}>
      <div>
        <b>{toast.title}</b>
        {toast.lines.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </div>
      <button type="button" aria-label={text.toast.dismiss} onClick={() => dismiss(toast.id)}>
        <Icon name="close" size={13} />
      </button>
    </div>
  );
}
