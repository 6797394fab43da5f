/** Line drawings of 16 × 16, in the colour of the text. */
const paths = {
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  next: 'M3.5 3.5v9l6-4.5zM12.5 3.5v9',
  step: 'M2.5 8h7M6.5 4.5L10 8l-3.5 3.5M13 3.5v9',
  back: 'M13.5 8h-7M9.5 4.5L6 8l3.5 3.5M3 3.5v9',
  into: 'M8 2.5v7M5 6.5l3 3 3-3M3 13h10',
  out: 'M8 9.5v-7M5 5.5l3-3 3 3M3 13h10',
  phase: 'M2.5 4.5L6 8l-3.5 3.5M7 4.5L10.5 8 7 11.5M13.5 3.5v9',
  reset: 'M3.5 8a4.5 4.5 0 1 0 1.6-3.4M3.5 3v3h3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  plus: 'M8 3.5v9M3.5 8h9',
  close: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  unrolled: 'M1.5 6h3.5v4H1.5zM11 2.5h3.5v4H11zM11 9.5h3.5v4H11zM5 8h2.5M11 4.5c-2 0-2 3.5-3.5 3.5s1.5 3.5 3.5 3.5',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5M9 3.5l-2 9',
  sun: 'M8 5.2a2.8 2.8 0 1 1 0 5.6a2.8 2.8 0 0 1 0-5.6M8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.8.8M11.8 11.8l.8.8M12.6 3.4l-.8.8M4.2 11.8l-.8.8',
  sliders: 'M2.5 5h5M11 5h2.5M2.5 11H5M8.5 11h5M9.2 3.5v3M6.7 9.5v3',
  left: 'M9.5 4.5L6 8l3.5 3.5',
  right: 'M6.5 4.5L10 8l-3.5 3.5',
  up: 'M4.5 9.5L8 6l3.5 3.5',
  down: 'M4.5 6.5L8 10l3.5-3.5',
  file: 'M4 2.5h5l3 3v8H4zM9 2.5v3h3',
} as const;

export function Icon({ name, size = 15 }: { readonly name: keyof typeof paths; readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={paths[name]} />
    </svg>
  );
}

/** Two threads, woven: one runs forward, the other back. */
export function Mark({ size = 20 }: { readonly size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 20 20"
      fill="none"
      strokeWidth="2.2"
      strokeLinecap="round"
      aria-hidden="true"
    >
      <path d="M2 6c4 0 4 8 8 8s4-8 8-8" stroke="var(--fwd)" />
      <path d="M2 14c4 0 4-8 8-8s4 8 8 8" stroke="var(--bwd)" />
    </svg>
  );
}
