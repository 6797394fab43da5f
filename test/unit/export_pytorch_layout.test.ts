import { expect, it } from 'vitest';
import { laidStatement } from '../../engine/export/pytorch/layout/split.ts';

/** Statements, where they begin, and the lines that Black 26 makes of them. */
const LAID: readonly (readonly [what: string, text: string, column: number, lines: readonly string[]])[] = [
  [
    'a call that fits into one line of its own',
    'layer_that_widens_what_it_is_given_at_first = self.layer_that_widens_what_it_is_given_at_first(x)',
    0,
    ['layer_that_widens_what_it_is_given_at_first = (', '    self.layer_that_widens_what_it_is_given_at_first(x)', ')'],
  ],
  [
    'a call with another behind it',
    'hidden_state = self.layer_that_widens_what_it_is_given(hidden_state_before_the_loop).clamp(min=0)',
    0,
    ['hidden_state = self.layer_that_widens_what_it_is_given(', '    hidden_state_before_the_loop', ').clamp(min=0)'],
  ],
  [
    'a sum in brackets',
    'loss = ((prediction_of_the_network - answers_that_are_right) * 2 + penalty_of_the_weights).sum()',
    0,
    ['loss = (', '    (prediction_of_the_network - answers_that_are_right) * 2 + penalty_of_the_weights', ').sum()'],
  ],
  [
    'a difference',
    'difference_between_the_two = prediction_of_the_whole_network - answers_that_are_known_to_be_right',
    0,
    ['difference_between_the_two = (', '    prediction_of_the_whole_network - answers_that_are_known_to_be_right', ')'],
  ],
  [
    'several names for one call',
    'first_value_of_the_module, second_value_of_the_module, third_value_of_the_module = both_of_them(x)',
    0,
    [
      'first_value_of_the_module, second_value_of_the_module, third_value_of_the_module = (',
      '    both_of_them(x)',
      ')',
    ],
  ],
  [
    'several names for several values',
    'first_value_of_the_module, second_value_of_the_module = second_value_of_the_module, first_value_of_all',
    0,
    [
      'first_value_of_the_module, second_value_of_the_module = (',
      '    second_value_of_the_module,',
      '    first_value_of_all,',
      ')',
    ],
  ],
  [
    'copies',
    'copies = torch.nn.ModuleList(BodyOfTheLoopThatIsCopiedForEveryIteration(hidden_width) for _ in range(3))',
    0,
    [
      'copies = torch.nn.ModuleList(',
      '    BodyOfTheLoopThatIsCopiedForEveryIteration(hidden_width) for _ in range(3)',
      ')',
    ],
  ],
  [
    'a loop over what a call gives',
    'for step, rows in zip(range(1000), batches_of_the_data_that_are_shuffled_anew(60000, minibatch_size)):',
    0,
    [
      'for step, rows in zip(',
      '    range(1000), batches_of_the_data_that_are_shuffled_anew(60000, minibatch_size)',
      '):',
    ],
  ],
  [
    'a loop over a list',
    'for parameter in [*first_layer_of_the_network.parameters(), *second_layer_of_the_network.parameters()]:',
    0,
    [
      'for parameter in [',
      '    *first_layer_of_the_network.parameters(),',
      '    *second_layer_of_the_network.parameters(),',
      ']:',
    ],
  ],
  [
    'a call of a chain of attributes',
    "weights_of_the_layer_that_is_updated_by_hand.data.copy_(weights['weights_of_the_layer_that_is_updated'])",
    0,
    [
      'weights_of_the_layer_that_is_updated_by_hand.data.copy_(',
      "    weights['weights_of_the_layer_that_is_updated']",
      ')',
    ],
  ],
  [
    'settings',
    'optimizer = torch.optim.AdamW(model.parameters(), lr=0.0123, betas=(0.85, 0.995), weight_decay=1e-4)',
    0,
    [
      'optimizer = torch.optim.AdamW(',
      '    model.parameters(), lr=0.0123, betas=(0.85, 0.995), weight_decay=1e-4',
      ')',
    ],
  ],
  [
    'a product in a call',
    'total = summed(loss_of_the_network_for_the_rows_of_this_process * number_of_rows_in_all / world_size)',
    0,
    [
      'total = summed(',
      '    loss_of_the_network_for_the_rows_of_this_process',
      '    * number_of_rows_in_all',
      '    / world_size',
      ')',
    ],
  ],
  [
    'a chain, which is never in one line',
    'self.chain = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.ReLU(),)',
    0,
    ['self.chain = torch.nn.Sequential(', '    torch.nn.Linear(3, 4),', '    torch.nn.ReLU(),', ')'],
  ],
  ['a tuple of one', 'sizes = torch.full((3,), 2.0)', 0, ['sizes = torch.full((3,), 2.0)']],
  [
    'the head of a function',
    'def forward(self, what_the_block_computes_with, what_the_block_adds_to_that_when_it_ends):',
    0,
    ['def forward(', '    self, what_the_block_computes_with, what_the_block_adds_to_that_when_it_ends', '):'],
  ],
  [
    'a head with one input',
    'def forward(self_which_has_a_name_that_is_longer_than_a_line_has_room_for_and_stands_alone_here):',
    0,
    ['def forward(', '    self_which_has_a_name_that_is_longer_than_a_line_has_room_for_and_stands_alone_here,', '):'],
  ],
  [
    'the head of a class',
    'class NetworkWhoseNameAloneIsAsLongAsALineOfCodeShouldBeAtAllAndThenSome(torch.nn.Module):',
    0,
    ['class NetworkWhoseNameAloneIsAsLongAsALineOfCodeShouldBeAtAllAndThenSome(', '    torch.nn.Module', '):'],
  ],
  [
    'several results',
    'return everything_that_the_module_has_computed_so_far, what_was_computed_at_its_beginning',
    4,
    ['return (', '    everything_that_the_module_has_computed_so_far,', '    what_was_computed_at_its_beginning,', ')'],
  ],
  [
    'one result',
    'return self.layer_that_narrows_again(self.layer_that_widens_what_it_is_given(hidden_state))',
    4,
    ['return self.layer_that_narrows_again(', '    self.layer_that_widens_what_it_is_given(hidden_state)', ')'],
  ],
  [
    'a name of many columns',
    '隐藏层的第一个输出 = self.隐藏层的第一个线性变换(这一层的输入和上一层的输出, 这一层的宽度)',
    0,
    ['隐藏层的第一个输出 = self.隐藏层的第一个线性变换(', '    这一层的输入和上一层的输出, 这一层的宽度', ')'],
  ],
  [
    'a comparison',
    'mask_of_what_is_large = absolute_value_of_the_prediction > threshold_that_was_chosen_before',
    0,
    ['mask_of_what_is_large = (', '    absolute_value_of_the_prediction > threshold_that_was_chosen_before', ')'],
  ],
];

it.each(LAID)('a statement in Python is laid out as a formatter does it: %s', (_what, text, column, lines) => {
  expect(laidStatement(text, column)).toEqual(lines);
});

it('a comment is wrapped where it stands, also between letters of East Asia', () => {
  const text = '# 这一层在两个循环中一次又一次地被使用，它的输出与循环开始之前的值相加，然后取双曲正切，再作为输入。';
  expect(laidStatement(text, 0)).toEqual([
    '# 这一层在两个循环中一次又一次地被使用，它的输出与循环开始之前的值相加，然后取双',
    '# 曲正切，再作为输入。',
  ]);
  expect(laidStatement('# It is said in a few words.', 72)).toEqual(['# It is said in', '# a few words.']);
});
