/** `mnist/train-images-idx3-ubyte` → `train-images-idx3-ubyte`; undefined for names of the user's own files. */
export const shippedFile = (name: string): string | undefined => /^mnist\/([\w-]+)$/.exec(name)?.[1];
