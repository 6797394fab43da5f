import { type Language, usePreferences } from '../stores/preferences.ts';

/** The words around the document as code. */
const en = {
  language: 'Language of the code',
  files: 'Files',
  others: 'Other files',
  code: (file: string) => `Code of ${file}`,
  loading: 'The code is loading…',
  copy: 'Copy',
  copied: 'Copied',
  copyHelp: (file: string) => `Copies ${file}`,
  notCopied: 'The clipboard is out of reach.',
  save: 'Save…',
  saveHelp: 'Writes all files into a new folder',
  open: 'Open folder',
  saved: (name: string) => `Saved ${name}`,
  notSaved: 'The code was not saved',
  noFile: (name: string) =>
    `The file ${name} cannot be read: it did not come with the document. Choose the file again in the inspector.`,
  weights: 'With the trained weights',
  weightsHelp: 'The code starts from what the run has learned: saved with it, in weights.safetensors',
  edited: 'The network was edited since its run: train it first',
  failed: 'The run has failed: it has learned nothing to start from',
  run: 'The run',
  empty: 'The network is written here as code, as soon as there is one.',
  wrong: (n: number) =>
    n === 1 ? 'Code again once this is mended:' : `Code again once these ${n} problems are mended:`,
  refused: (language: string) => `This cannot be said in ${language}:`,
  unchecked: 'The network holds code of your own, which was not run yet. Once it is checked, it is written here too.',
  check: 'Check now',
  checking: 'The functions of your own are being checked…',
  doubtful: (n: number) =>
    n === 1 ? 'The backward of a function failed its check.' : `The backwards of ${n} functions failed their check.`,
  doubtfulHelp: 'The code would compute with it as it is.',
  insist: 'Write it all the same',
  broken: 'This network cannot be written as code, and it should be. Please report it.',
  more: (n: number) => `and ${n} more`,
};
type Words = typeof en;

const zh: Words = {
  language: '代码的语言',
  files: '文件',
  others: '其他文件',
  code: (file) => `${file} 的代码`,
  loading: '正在加载代码…',
  copy: '复制',
  copied: '已复制',
  copyHelp: (file) => `复制 ${file}`,
  notCopied: '无法使用剪贴板。',
  save: '保存…',
  saveHelp: '将所有文件写入一个新文件夹',
  open: '打开文件夹',
  saved: (name) => `已保存 ${name}`,
  notSaved: '代码没有保存',
  noFile: (name) => `无法读取文件 ${name}：它没有随文档一起提供。请在检查器中重新选择该文件。`,
  weights: '带上训练好的权重',
  weightsHelp: '代码从这次运行学到的权重开始：它们保存在代码旁边的 weights.safetensors 中',
  edited: '这次运行之后网络已被编辑：请先训练',
  failed: '运行已失败：没有可用的权重',
  run: '运行',
  empty: '有了网络之后，它的代码会显示在这里。',
  wrong: (n) => (n === 1 ? '解决这个问题后会更新代码：' : `解决这 ${n} 个问题后会更新代码：`),
  refused: (language) => `${language} 无法表达这里的内容：`,
  unchecked: '网络中有您自己的代码，还没有运行过。检验之后也会写在这里。',
  check: '立即检验',
  checking: '正在检验自定义函数…',
  doubtful: (n) => (n === 1 ? '有一个函数的 backward 没有通过检验。' : `有 ${n} 个函数的 backward 没有通过检验。`),
  doubtfulHelp: '导出的代码会照原样使用它。',
  insist: '仍然导出',
  broken: '这个网络本应能写成代码，却没有成功。请报告此问题。',
  more: (n) => `还有 ${n} 个`,
};

const tables: Readonly<Record<Language, Words>> = { en, zh };
export const wordsOf = (language: Language): Words => tables[language];
export const useWords = (): Words => wordsOf(usePreferences(({ language }) => language));
