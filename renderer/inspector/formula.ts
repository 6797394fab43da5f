/** LaTeX as plain text, for the few signs that operations use: `\bar X = \bar Y \odot Y` → `X̄ = Ȳ ⊙ Y`. */
const signs: Readonly<Record<string, string>> = {
  odot: '⊙',
  oslash: '⊘',
  cdot: '·',
  times: '×',
  sigma: 'σ',
  alpha: 'α',
  beta: 'β',
  epsilon: 'ε',
  varepsilon: 'ε',
  lambda: 'λ',
  gamma: 'γ',
  phi: 'φ',
  varphi: 'φ',
  Phi: 'Φ',
  pi: 'π',
  sum: 'Σ',
  sqrt: '√',
  exp: 'exp',
  log: 'log',
  ln: 'ln',
  max: 'max',
  min: 'min',
  tanh: 'tanh',
  erf: 'erf',
  top: 'ᵀ',
  leq: '≤',
  le: '≤',
  geq: '≥',
  ge: '≥',
  neq: '≠',
  ne: '≠',
  infty: '∞',
  partial: '∂',
  in: '∈',
  mathsf: '',
  mathrm: '',
  text: '',
  operatorname: '',
  mid: '|',
  lvert: '|',
  rvert: '|',
  vert: '|',
  to: '→',
  leftarrow: '←',
  rightarrow: '→',
  quad: '   ',
  left: '',
  right: '',
  big: '',
  Big: '',
  bigl: '',
  bigr: '',
  Bigl: '',
  Bigr: '',
  displaystyle: '',
};
const raised: Readonly<Record<string, string>> = {
  '0': '⁰',
  '1': '¹',
  '2': '²',
  '3': '³',
  '-': '⁻',
  n: 'ⁿ',
  T: 'ᵀ',
  p: 'ᵖ',
  ᵀ: 'ᵀ',
};

export function plainFormula(latex: string): string {
  let text = latex
    .replace(/\\mathsf\s+/g, '')
    // A function right before a fraction takes all of it.
    .replace(/\\sqrt(\d)/g, '√$1')
    .replace(/(\\operatorname\{\w+\})\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, '$1($2/$3)')
    .replace(/\\[dt]?frac(\w)(\w)/g, '$1/$2')
    .replace(/\\(?:mathrm|mathsf|mathit|mathrel|mathbin|operatorname|text|mathbf|mathbb)\{([^{}]*)\}/g, '$1')
    .replace(
      /\\(?:bar|overline)\s*\{?\s*(\\?[A-Za-z]+?)\}?(?![A-Za-z])/g,
      (_, name: string) => `${signs[name.slice(1)] ?? name}\u0304`,
    );
  // Innermost braces first, so that nested fractions come out right.
  for (let before = ''; before !== text; ) {
    before = text;
    text = text
      .replace(/\\[dt]?frac\{([^{}]*)\}\{([^{}]*)\}/g, '($1)/($2)')
      .replace(/\\sqrt\{([^{}]*)\}/g, '√($1)')
      .replace(/\^\{([^{}]*)\}/g, (_, power: string) => superscript(power))
      .replace(/_\{([^{}]*)\}/g, '_$1');
  }
  return (
    text
      .replace(/\^(\\top|[A-Za-z0-9])/g, (_, power: string) => superscript(power))
      .replace(/\\([A-Za-z]+)/g, (_, name: string) => signs[name] ?? name)
      .replace(/\\[,;:! ]/g, ' ')
      .replace(/[{}]/g, '')
      .replace(/\\#/g, '#')
      // Brackets around one sign say nothing, except where they hold a function's argument.
      .replace(/(?<![A-Za-z√])\((\S)\)\//g, '$1/')
      .replace(/\/\((\S)\)/g, '/$1')
      .replace(/ {2,}/g, ' ')
      .trim()
      .normalize('NFC')
  );
}

function superscript(power: string): string {
  const plain = power.replace(/\\top/g, 'ᵀ').trim();
  const small = [...plain].map((c) => raised[c]);
  return small.every((c) => c !== undefined) ? small.join('') : plain.length === 1 ? `^${plain}` : `^(${plain})`;
}
