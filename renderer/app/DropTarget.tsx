import { useEffect, useState } from 'react';
import { openDropped } from '../commands/files.ts';
import css from './DropTarget.module.css';
import { Mark } from './Icon.tsx';

const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;

/** Opens files that are dropped anywhere on the window. */
export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onDragOver = (event: DragEvent) => {
      if (!hasFiles(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const onDragLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event)) return;
      event.preventDefault();
      void openDropped(event.dataTransfer?.files ?? []);
    };
    window.addEventListener('dragover', onDragOver);
    window.addEventListener('dragleave', onDragLeave);
    window.addEventListener('drop', onDrop);
    return () => {
      window.removeEventListener('dragover', onDragOver);
      window.removeEventListener('dragleave', onDragLeave);
      window.removeEventListener('drop', onDrop);
    };
  }, []);
  return over ? (
    <div className={css.over}>
      <Mark size={48} />
    </div>
  ) : null;
}
