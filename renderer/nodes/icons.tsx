import type { JSX } from 'react';
import type { Category } from '../../engine/nodes/node.ts';

const paths = {
  data: <path d="M3 4h10M3 8h10M3 12h10" />,
  layers: (
    <>
      <rect x="3" y="3" width="10" height="10" rx="2" />
      <path d="M6.3 3v10M9.6 3v10" />
    </>
  ),
  activations: <path d="M2.5 12H8l5.5-8" />,
  loss: <path d="M3 3v10h10M5 6c1 4 4 5 8 5.2" />,
  optimizer: (
    <>
      <path d="M3 5c3 0 3 6 6 6s3-3 5-3" />
      <circle cx="13" cy="8" r="1.2" />
    </>
  ),
  blocks: <path d="M4 6.5A4.5 4.5 0 0 1 12.5 7M12 9.5A4.5 4.5 0 0 1 3.5 9M12.5 4v3h-3M3.5 12V9h3" />,
  tensor: <path d="M4 4l8 8M12 4l-8 8" />,
} satisfies Record<Category, JSX.Element>;

/** The sign of a category, drawn in the text's colour. */
export function CategoryIcon({ category }: { readonly category: Category }) {
  return (
    <svg
      aria-hidden="true"
      width="15"
      height="15"
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      {paths[category]}
    </svg>
  );
}
