import { type Language, usePreferences } from '../stores/preferences.ts';
import type { StepId } from './steps.ts';

interface StepWords {
  readonly title: string;
  readonly text: string;
  /** One for each goal of the step; `press` is the keys and the name of its command. */
  readonly asks: readonly ((press: string) => string)[];
}

/** What the tour says. */
const en = {
  name: 'Guided tour',
  progress: (step: number, all: number) => `Step ${step} of ${all}`,
  press: (keys: string, command: string) => `${keys} (${command})`,
  more: (entries: number) => `${entries} more`,
  done: 'Done.',
  doIt: 'Do it for me',
  again: 'Once more',
  back: 'Back',
  next: 'Next',
  finish: 'Finish',
  end: 'End the tour (Esc)',
  hidden: 'What this is about is out of sight.',
  show: 'Show it',
  elsewhere: (tab: string) => `The tour waits in the tab ${tab}.`,
  goBack: 'Back to it',
  edited: 'The network was edited, so what the tour tells is no longer true of it. Undo, or begin anew in a fresh tab.',
  anew: 'Begin anew',
  overTitle: 'The iteration is over',
  over: 'That was one whole iteration, entry by entry. Press Train and watch the loss fall in 499 more; then delete zero_grad and train again.',
  steps: {
    batch: {
      title: 'The batch',
      text: 'Training repeats one iteration: forward, backward, update. It begins with a batch: here x, 64 rows of 1,000 random numbers, and y, 64 rows of 10 that the network is to hit.',
      asks: [(press) => `Press ${press} to take the batch.`],
    },
    forward: {
      title: 'A product, forward',
      text: 'Next is h = x · w1, a matrix of 64×1000 times one of 1000×100. The card at work has a blue border, and the norm of what comes in is written on its wires.',
      asks: [(press) => `Press ${press} and read the formula and its numbers on the right.`],
    },
    tape: {
      title: 'What the tape keeps',
      text: 'The product is written down here, and with it x and w1, since its backward will need both. Every operation gets a box; the box beneath is its backward, still to come.',
      asks: [(press) => `Press ${press} to go through the rest of the forward pass.`],
    },
    loss: {
      title: 'The loss',
      text: 'All squared differences between y_pred and y, added up: 2.9e7, that is 29 million. This one number says how far the network is off.',
      asks: [(press) => `Press ${press} to read the loss.`],
    },
    seed: {
      title: 'The backward pass begins with 1',
      text: 'A gradient tells how much the loss grows if a value grows a little. For the loss itself that is 1: this seed comes first, and the tape is now read from its end to its beginning.',
      asks: [(press) => `Press ${press} to set the seed.`],
    },
    backward: {
      title: 'A product, backward',
      text: 'Each operation multiplies the gradient it receives by its own derivative and passes it on: the chain rule. For the product y_pred = h_relu · w2 that makes two products, one for each factor.',
      asks: [(press) => `Press ${press} until y_pred is at work, and watch the orange walk home.`],
    },
    accumulate: {
      title: 'Added, not written',
      text: 'One of the two products is for w2. It is added to w2.grad with +=, since a weight that is used several times gets a share from each use. The ledger has a row for every share.',
      asks: [(press) => `Press ${press} until the ledger of w2 has its row.`],
    },
    travel: {
      title: 'Back in time',
      text: 'w2.grad now has its one share, of norm 5.8e6. You can go back: Gradloom runs the iteration again from a snapshot, and as the same seed gives the same numbers, every bit comes out as before.',
      asks: [
        (press) => `Press ${press}: the row is gone from the ledger.`,
        (press) => `Now press ${press}: it is back, with the same number.`,
      ],
    },
    update: {
      title: 'The update',
      text: 'Each weight takes a small step against its gradient: w2 ← w2 − lr · w2.grad, with lr 1e-6. This runs under no-grad: the loss did not come about by it, so no backward is kept for it.',
      asks: [
        (press) => `Press ${press}: the rest of the backward pass gives w1 its gradient too.`,
        (press) => `Press ${press} until update_w2 is done.`,
      ],
    },
    zeroGrad: {
      title: 'ZeroGrad',
      text: 'Last, the gradients are set to none. Without this the next backward pass would add to those of this one: the steps overshoot, and the loss swings ever wider until it overflows.',
      asks: [(press) => `Press ${press} to end the iteration.`],
    },
  } satisfies Record<StepId, StepWords>,
};
export type TourWords = typeof en;

const zh: TourWords = {
  name: '导览',
  progress: (step, all) => `第 ${step} 页，共 ${all} 页`,
  press: (keys, command) => `${keys}（${command}）`,
  more: (entries) => `还差 ${entries} 步`,
  done: '已完成。',
  doIt: '替我完成',
  again: '再来一次',
  back: '上一页',
  next: '下一页',
  finish: '完成',
  end: '结束导览（Esc）',
  hidden: '这里所说的内容现在看不到。',
  show: '显示',
  elsewhere: (tab) => `导览在标签页 ${tab} 中等候。`,
  goBack: '返回导览',
  edited: '网络已被修改，导览所说的不再与它相符。请撤销，或在新标签页中重新开始。',
  anew: '重新开始',
  overTitle: '迭代结束',
  over: '这就是一次完整的迭代。按“训练”，看损失在其余 499 次中下降；然后删除 zero_grad 再训练一次。',
  steps: {
    batch: {
      title: '批次',
      text: '训练就是重复迭代：前向、反向、更新。每次迭代从一个批次开始：这里的 x 是 64 行、每行 1000 个随机数，y 是网络要逼近的 64 行、每行 10 个数。',
      asks: [(press) => `按 ${press}取批次。`],
    },
    forward: {
      title: '前向的乘积',
      text: '接下来是 h = x · w1：64×1000 的矩阵乘以 1000×100 的矩阵。正在工作的卡片有蓝色边框，传入数值的范数写在连线上。',
      asks: [(press) => `按 ${press}，在右侧查看公式和数值。`],
    },
    tape: {
      title: '执行带保存什么',
      text: '这个乘积记录在这里，x 和 w1 也一并保存，因为它的反向需要两者。每个操作占一格；下方的格子是它的反向，尚未执行。',
      asks: [(press) => `按 ${press}走完其余的前向传播。`],
    },
    loss: {
      title: '损失',
      text: 'y_pred 与 y 之差的平方全部相加：2.9e7，即两千九百万。这一个数说明网络偏离了多少。',
      asks: [(press) => `按 ${press}读取损失。`],
    },
    seed: {
      title: '反向传播从 1 开始',
      text: '梯度说明一个值稍微增大时损失会增大多少。对损失自身而言，这就是 1：它是反向传播的起点，此后执行带从末尾读回开头。',
      asks: [(press) => `按 ${press}放入起点。`],
    },
    backward: {
      title: '反向的乘积',
      text: '每个操作把收到的梯度乘以自己的导数，再向前传：这就是链式法则。对乘积 y_pred = h_relu · w2 来说，得到两个乘积，每个因子一个。',
      asks: [(press) => `反复按 ${press}，直到 y_pred 开始工作，并观察橙色一路走回来。`],
    },
    accumulate: {
      title: '累加，而不是写入',
      text: '两个乘积之一属于 w2。它用 += 累加到 w2.grad，因为多次使用的权重从每次使用中各得一份。账本中每一份占一行。',
      asks: [(press) => `反复按 ${press}，直到 w2 的账本中出现这一行。`],
    },
    travel: {
      title: '回到过去',
      text: 'w2.grad 现在有了它唯一的一份，范数为 5.8e6。您可以退回去：Gradloom 从快照重新执行这次迭代，相同的种子给出相同的数值，每一位都与之前一样。',
      asks: [(press) => `按 ${press}：账本中的这一行消失了。`, (press) => `再按 ${press}：它又回来了，数值相同。`],
    },
    update: {
      title: '更新',
      text: '每个权重沿梯度的反方向走一小步：w2 ← w2 − lr · w2.grad，lr 为 1e-6。更新在 no-grad 之下执行：损失并非由它得来，所以不为它保存反向。',
      asks: [
        (press) => `按 ${press}：其余的反向传播使 w1 也得到梯度。`,
        (press) => `反复按 ${press}，直到 update_w2 完成。`,
      ],
    },
    zeroGrad: {
      title: 'ZeroGrad',
      text: '最后，梯度被清空为 none。没有这一步，下一次反向传播会累加到这次的梯度上：步子迈得过大，损失的摆动越来越大，直到溢出。',
      asks: [(press) => `按 ${press}结束这次迭代。`],
    },
  },
};

export const tables: Readonly<Record<Language, TourWords>> = { en, zh };
export const useWords = (): TourWords => tables[usePreferences((state) => state.language)];
