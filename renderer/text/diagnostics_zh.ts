import type { DiagnosticCode } from '../../engine/graph/diagnostics.ts';
import type { SettingReason } from '../../engine/nodes/settings.ts';

/** `{name}` is replaced by the diagnostic's value of that name; `{message}` and `{hint}` are its English words. */
interface Template {
  readonly message: string;
  readonly hint: string;
}

/** What the engine says when it refuses a request. */
type RefusalCode =
  | 'engine.lost'
  | 'engine.unknown-session'
  | 'engine.unknown-request'
  | 'engine.under-way'
  | 'engine.nothing-computed'
  | 'engine.moved-on'
  | 'engine.weights-gone'
  | 'engine.half-updated'
  | 'engine.failed'
  | 'engine.refused';

/** What is wrong with a file or a setting of the data: what was found is told in English, what to do in Chinese. */
type DataCode =
  | 'data-setting'
  | 'data-shape'
  | 'data-split'
  | 'data-unknown'
  | 'file-missing'
  | 'file-unset'
  | 'idx-count'
  | 'idx-format'
  | 'idx-labels'
  | 'idx-size'
  | 'idx-trailing'
  | 'idx-truncated';

/** 每一种诊断，简体中文。 */
export const diagnosticsZh = {
  'file-not-found': {
    message: '没有名为 {file} 的文件或示例',
    hint: '请检查路径；`gradloom examples` 会列出所有示例',
  },
  'file-is-folder': {
    message: '{folder} 是文件夹，不是文档',
    hint: '请指定其中的文档，例如 {folder}/NAME.gradloom.json',
  },
  'file-unreadable': { message: '无法读取 {file}：{reason}', hint: '请授予读取权限，或指定另一个文件' },
  'file-too-large': {
    message: '文档有 {size} MB；最多读取 {limit} MB',
    hint: '请把数据移到文档的 `data` 所列的文件中',
  },
  'malformed-json': {
    message: '第 {line} 行第 {column} 列不是有效的 JSON：{reason}',
    hint: '请改正该行，或使用较早的副本',
  },
  'not-a-document': { message: '这个 JSON 不是 Gradloom 文档', hint: '请打开 "format" 为 "gradloom" 的文件' },
  'newer-version': {
    message: '文档的版本是 {version}；此 Gradloom 最高能读版本 {known}',
    hint: '请更新 Gradloom，或将文档存为版本 {known}',
  },
  'invalid-field': { message: '{path}：{reason}', hint: '请改正该字段；docs/document-format.md 有说明' },
  'duplicate-id': { message: '有两个节点都叫 {id}', hint: '请给其中一个改名' },
  'unknown-kind': {
    message: '没有名为 {kind} 的节点类型',
    hint: '请检查名称的拼写，或删除该节点；若它由更新的版本创建，请更新 Gradloom',
  },
  'unknown-parent': {
    message: '{id} 位于 {parent} 中，但后者不是本文档的块',
    hint: '请把该节点移出来，或移入一个块',
  },
  'nested-cycle': { message: '块 {ids} 互相包含', hint: '请把其中一个移出来' },
  'nested-too-deep': {
    message: '{id} 嵌套了 {depth} 层块；最多支持 {limit} 层',
    hint: '请把内容从外围的块中移出一些',
  },
  'outside-only': { message: '{kind} 不能放在{where}中', hint: '{remedy}：损失和更新在每次迭代中只有一次' },
  'not-chainable': {
    message: '{kind} 不能放在 Sequential 中',
    hint: '链中的节点只有一个输入和一个输出；请把它移到外面',
  },
  'unknown-setting': { message: '{kind} 没有名为 {setting} 的设置', hint: '请删除它；已知的设置有：{known}' },
  'invalid-setting': { message: '{kind} 的 {setting}：{reason}，实际为 {got}', hint: '请在检查器中修改 {setting}' },
  'unknown-param': {
    message: '{setting} 引用了参数 {param}，但该模块没有这个参数',
    hint: '请为模块添加该参数，或直接输入一个值；已知的参数有：{known}',
  },
  'recursive-module': {
    message: '{module} 包含了它自己：{circle}',
    hint: '请移除其中一个实例；要多次执行同一内容，请用 Repeat',
  },
  'missing-output': { message: '该模块的输出 {port} 没有连线', hint: '请把连线接到 {port} 的内侧' },
  'cannot-tie': {
    message: '{id} 不能共用 {target} 的权重：{reason}',
    hint: '请选择同一模块、设置相同的实例，或让它拥有自己的权重',
  },
  'unknown-port': {
    message: '连线 {from} → {to} 指向不存在的端口：{address}',
    hint: '请删除这条连线并重新连接',
  },
  'inside-chain': {
    message: '连线 {from} → {to} 的一端在 Sequential 内部',
    hint: '请连接 Sequential 本身：其中的节点按顺序相连',
  },
  'leaves-block': {
    message: '连线 {from} → {to} 从 {block} 中穿出',
    hint: '请接到 {block} 右边框端子的内侧，再从外侧继续',
  },
  'late-inside': {
    message: '连线 {from} → {to} 把梯度带入或带出块',
    hint: '请在块外使用梯度：所有块的前向和反向结束之后才有梯度',
  },
  'late-loss': { message: '{kind} 依赖梯度，而梯度在反向传播之后才有', hint: '请把它接到前向传播的值' },
  'type-mismatch': { message: '{from} 输出 {given}，但 {to} 需要 {taken}', hint: '请连接类型为 {taken} 的端口' },
  'several-wires': { message: '有 {count} 条连线接到 {port}：{wires}', hint: '请只保留一条；相加请用 Add 节点' },
  'missing-input': { message: '{kind} 的输入 {port} 没有连线', hint: '请把连线接到 {port}' },
  cycle: { message: '连线形成了环路：{wires}', hint: '请删除其中一条连线' },
  'shape-mismatch': {
    message: '形状不符（需要 {expected}，实际为 {got}）：{reason}',
    hint: '请修改此处的大小，或修改接到 {port} 的节点',
  },
  'carried-shape': {
    message: '{wire} 把 {got} 带入下一次循环，但循环开始时是 {expected}',
    hint: 'Repeat 传递的值形状不变：请让 {wire} 输出 {expected}',
  },
  'loop-bounds': {
    message: '{node} 的执行次数至少为 {min}，却至多为 {max}',
    hint: '请把前者改为不大于 {max}，或把后者改为不小于 {min}',
  },
  'nesterov-dampening': {
    message: '{node} 使用 Nesterov 动量，它没有阻尼',
    hint: '请把阻尼设为 0，或关闭 Nesterov',
  },
  'loop-untied': {
    message: '{node} 的权重是每次迭代一份，但它的次数在每次传播时重新抽取',
    hint: '请选择固定的次数，或共享的权重',
  },
  'too-many-iterations': {
    message: '{kind} 外围的循环使它每次迭代执行 {count} 次；最多记录 {limit} 次',
    hint: '请减少循环的次数',
  },
  'too-many-nodes': { message: '展开所有实例后，网络的节点超过 {limit} 个', hint: '请减少实例' },
  'too-large': {
    message: '{kind} 产生形状为 {shape} 的值，共 {count} 个数；最多容纳 {limit} 个',
    hint: '请在此处或接入的节点中选择更小的大小',
  },
  'exceeds-memory': {
    message: '运行约需 {size} 内存，而可用的只有 {limit}；{node} 占用最多，为 {part}，其中的值形状为 {shape}',
    hint: '请减小批大小，或在 {node} 处或接入它的节点中选择更小的大小',
  },
  'two-owners': {
    message: '{owned} 的参数同时由 {owners} 更新',
    hint: '一个参数只能有一个归属：请为该损失保留一个优化器，或一个 Update',
  },
  'unknown-parameter': {
    message: '{kind} 指定的 {parameter} 不含参数',
    hint: '请在检查器中选择；已知的有：{known}',
  },
  'update-shape': {
    message: '{parameter} 的梯度形状是 {got}，而参数的形状是 {expected}',
    hint: '请连接形状为 {expected} 的梯度',
  },
  'loss-not-scalar': {
    message: '{loss} 要被最小化，但它是 {got}，不是一个数',
    hint: '请选择归约 mean 或 sum，或在其后放 Sum 或 Mean',
  },
  'function-failed': { message: '{where}{said}', hint: '{remedy}' },
  'function-outputs': {
    message: '{kind} 有 {expected} 个输出，但 forward 返回 {got} 个张量',
    hint: '请在检查器中把输出个数设为 {got}，或返回 {expected} 个张量',
  },
  'function-pending': { message: '{node} 的代码尚未运行：还不知道它返回什么', hint: '请检查文档中的函数，或开始训练' },
  'function-wrong': {
    message: '{node} 的 backward 在 {input} 的 {element} 处有误：有限差分为 {expected}，backward 给出 {got}',
    hint: '请改正 backward，或用 --insist 坚持继续',
  },
  'function-unchecked': {
    message: '{node} 的 backward 无法检验：{said}',
    hint: '{remedy}；或坚持训练：gradloom train --insist',
  },
  'no-parameters': {
    message: '{kind} 没有可更新的内容：没有参数通向它的损失',
    hint: '请在损失之前放一个带权重的层，例如 Linear',
  },
  'no-gradient': {
    message: '{kind} 不会更新任何内容：{parameter} 关闭了 requiresGrad，没有梯度',
    hint: '请打开 {parameter} 的 requiresGrad，或接入其他梯度',
  },
  'batch-rows': {
    message: '小批量要求各处样本数相同，但数据的行数是 {rows}',
    hint: '请让所有数据的行数相同，或清空批大小',
  },
  'batch-size': { message: '批大小是 {batch}，但只有 {rows} 个样本', hint: '请选择不超过 {rows} 的批大小' },
  'unknown-loss': {
    message: '{loss} 列在运行的损失中，但块外没有这个端口',
    hint: '请列出标量的端口，例如损失节点的端口',
  },
  'duplicate-loss': { message: '{loss} 在运行的损失中列了 {count} 次', hint: '每个损失只列一次' },
  'loss-not-trained': {
    message: '{kind} 不训练任何内容：它的损失 {loss} 不在运行的损失之中',
    hint: '请把 {loss} 加入运行的损失，或删除该优化器',
  },
  'unknown-draw': {
    message: '{draw} 列在运行的抽取顺序中，但没有以此为名的抽取',
    hint: '请从 `run.draws` 中删除它，或改正为数据节点或带参数的节点，例如 first/linear1',
  },
  'duplicate-draw': {
    message: '{draw} 在运行的抽取顺序中列了 {count} 次；以最后一次为准',
    hint: '在 `run.draws` 中只列一次',
  },
  'many-plans': {
    message: '循环共有 {count} 种执行方式，主要来自 {node}；静态模式只捕获其中 {limit} 种，其余按动态模式执行',
    hint: '请缩小 {node} 的次数范围，或改用自动或动态模式训练：结果相同',
  },
  'run-length': { message: '运行{named}；{taken}', hint: '步数和轮数请只指定一个' },
  'no-loss': { message: '没有可以训练的损失', hint: '请添加损失节点，例如 MSELoss，并把预测和目标接上去' },
  'label-range': {
    message: '标签的范围是 {low} 到 {high}，但分数只有 {classes} 类',
    hint: '标签从 0 数到 {last}；请让最后一层有 {needed} 个输出，或改正标签',
  },
  'loss-not-finite': {
    message: '损失在第 {step} 次迭代变为 {value}',
    hint: '请退回到第一个 NaN 或 ∞ 处查看原因，常见的有对零取对数、除以零或学习率过高；然后重置',
  },
  'run-failed': {
    message: '运行在第 {step} 次迭代失败：{reason}',
    hint: '请重置并重新训练；若再次发生，请附上文档报告问题',
  },
  'out-of-memory': {
    message: '内存已满：这次运行所需的内存超过了可用的内存',
    hint: '请减小批大小或层的大小，或关闭其他文档和程序，然后重新训练',
  },
  'cannot-save': { message: '无法将权重写入 {file}：{reason}', hint: '请选择一个存在且可写的文件夹中的文件' },
  'weights-unreadable': { message: '无法从 {file} 读取权重：{reason}', hint: '{remedy}' },
  'weights-missing': {
    message: '{file} 缺少文档中的参数：{names}',
    hint: '请换用从此文档保存的权重（“保存权重…”或 gradloom train --save）：其名称由节点的 id 组成',
  },
  'weights-unexpected': {
    message: '{file} 含有文档中没有的参数：{names}',
    hint: '请换用从此文档保存的权重（“保存权重…”或 gradloom train --save）：其名称由节点的 id 组成',
  },
  'weights-shape': {
    message: '{file} 中的 {name} 与文档不符：应为 {expected}，实为 {got}',
    hint: '请换用其他权重，或将该节点的大小改为与之一致',
  },
  'internal-error': { message: 'Gradloom 出错：{reason}', hint: '请尝试更小的大小；若再次发生，请附上文档报告问题' },
  'no-gpu': {
    message: '此处没有 WebGPU（{reason}）：改由 CPU 训练',
    hint: '{remedy}，或将设备选为“自动”',
  },
  'gpu-failed': {
    message: 'GPU 出错（{reason}）。运行{where}继续',
    hint: '{remedy}',
  },
  'export-data': {
    message: '{node} 的数据来自自带文件，无法导出为 PyTorch',
    hint: '请导出为 TypeScript（会带上这些文件），或换用其他数据：生成的数据集、MNIST 或随机张量',
  },
  'export-nesting': {
    message: '{node} 所在的循环嵌套层数超过了 Python 的上限：{depth}',
    hint: '请把部分循环放进单独的模块，或导出为 TypeScript',
  },
  'export-unwritable': {
    message: '无法将代码写入 {file}：{reason}',
    hint: '请指定一个存在或可以创建、并且可写的文件夹',
  },
  'export-draws': {
    message: '{node} 的随机数的抽取次序，写成代码的类无法实现',
    hint: '请从文档的 `run` 中删除 `draws`；导出的代码便按节点的次序抽取',
  },
  'export-uneven': {
    message: '{node} 的代码对每轮最后一批的 {rest} 个样本，与对每批 {batch} 个样本时所做的不同',
    hint: '请选择能整除样本数的批大小',
  },
  'export-absent': {
    message: '{node} 用到有些传播中没有的梯度，而代码只能整个跳过它',
    hint: '请在循环和模块之外使用它，或让每次传播都用到该参数',
  },
  'export-untied': {
    message: '{node} 手动更改循环中各次迭代独有的参数，无法导出',
    hint: '请指定它所针对的参数，或让循环共享权重，或改用优化器',
  },
  'export-distributed': {
    message: '{node} 需要一批中由其他进程持有的样本行',
    hint: '请让各行只在损失中汇合，即在文档顶层求和或求平均；或不用 --distributed 导出',
  },
  'export-distributed-loss': {
    message: '损失 {node} 不是对一批样本行的求和或平均：每个进程都会把它重复计算一次',
    hint: '请只取各行的损失，惩罚项改用优化器的权重衰减；或不用 --distributed 导出',
  },
  'export-distributed-rows': {
    message: '{node} 有 {others} 行，而其他数据有 {rows} 行；各进程只能分担彼此对应的行',
    hint: '请让所有数据的行数相同，或不用 --distributed 导出',
  },
  'export-format': { message: '无法导出为 {format}', hint: '可选：{known}' },
  'export-exists': { message: '{file} 已存在', hint: '请指定另一个文件夹，或覆盖它：gradloom export --force' },
  'unsupported-option': { message: '{option} 不支持 {value}', hint: '可用的有：{known}' },
  'data-setting': { message: '{message}', hint: '请在检查器中修改该设置' },
  'data-shape': { message: '{message}', hint: '请按数据的实际内容设置样本数和大小' },
  'data-split': { message: '{message}', hint: '请选择合适的比例，使训练集和测试集都至少有一个样本' },
  'data-unknown': { message: '{message}', hint: '请换用已有的数据集' },
  'file-missing': { message: '{message}', hint: '请重新选择文件' },
  'file-unset': { message: '{message}', hint: '请选择一个 IDX 文件' },
  'idx-count': { message: '{message}', hint: '请选择同一数据集的两个文件' },
  'idx-format': {
    message: '{message}',
    hint: '请选择 IDX 文件，例如 MNIST 的 train-images-idx3-ubyte；若是 gzip 压缩文件，请先解压',
  },
  'idx-labels': { message: '{message}', hint: '请选择标签文件，例如 train-labels-idx1-ubyte；两个文件可能选反了' },
  'idx-size': { message: '{message}', hint: '请选择同一数据集的测试文件' },
  'idx-trailing': { message: '{message}', hint: '请重新下载文件；现有的副本已损坏' },
  'idx-truncated': { message: '{message}', hint: '请重新下载文件；现有的副本不完整' },
  'engine.lost': { message: '引擎在答复之前停止了', hint: '您的文档完好无损。按“训练”重新开始' },
  'engine.unknown-session': { message: '引擎中没有这个运行', hint: '按“训练”开始一个' },
  'engine.unknown-request': { message: '引擎不认识这个请求', hint: '请重新加载页面，使 Gradloom 的两部分版本一致' },
  'engine.under-way': { message: '运行正在进行：核对时数值会变化', hint: '请先按“暂停”，再核对' },
  'engine.nothing-computed': { message: '这个运行还没有算出可以核对的数值', hint: '请先训练或单步执行，再核对' },
  'engine.moved-on': { message: '还没有全部核对完，运行就已继续', hint: '请停在要核对的地方，再核对一次' },
  'engine.weights-gone': { message: '权重还没有全部读出，运行就已丢失或被替换', hint: '请重试' },
  'engine.half-updated': {
    message: '运行停在一次更新的中间：一部分权重已更新，其余还没有',
    hint: '请按“下一步”直到这次迭代结束，然后重试',
  },
  'engine.failed': { message: '{message}', hint: '请重置并重新训练；若再次发生，请附上文档报告问题' },
  'engine.refused': { message: '{message}', hint: '请按“重置”后重试' },
} as const satisfies Readonly<Record<DiagnosticCode | RefusalCode | DataCode, Template>>;

/** 为什么一个值不合适；`{bound}` 是界限或可选项。 */
export const settingReasonsZh = {
  number: '应为数字',
  whole: '应为整数',
  'at-least': '应不小于 {bound}',
  'more-than': '应大于 {bound}',
  'at-most': '应不大于 {bound}',
  'less-than': '应小于 {bound}',
  boolean: '应为 true 或 false',
  'one-of': '应为以下之一：{bound}',
  list: '应为整数列表',
  'list-at-least': '应为不小于 {bound} 的整数列表',
  text: '应为文字',
  nodes: '应为节点列表',
  fixed: '运行中不能更改',
} as const satisfies Readonly<Record<SettingReason, string>>;

/** English phrases that values hold. */
export const phrasesZh: ReadonlyMap<string, string> = new Map([
  ['neither steps nor epochs', '既未指定步数也未指定轮数'],
  ['it makes one pass over the data', '将遍历数据一次'],
  ['both steps and epochs', '同时指定了步数和轮数'],
  ['the steps count', '以步数为准'],
  ['only instances of a module share weights', '只有模块的实例才能共用权重'],
  ['there is no such node', '没有这个节点'],
  ['it is an instance of another module', '它是另一个模块的实例'],
  ['they name each other', '它们互相指定'],
  ['it lies in a block whose iterations have weights of their own', '它所在的块每次迭代各有自己的权重'],
  ['a block', '块'],
  ['a module', '模块'],
  ['Move it outside', '请把它移到外面'],
  ['Move it outside, or take the loss out of it', '请把它移到外面，或把其中的损失移出'],
  ['nothing', '空'],
  ['none', '无'],
  ['no GPU was found', '没有找到 GPU'],
  ['this browser has no WebGPU', '此浏览器没有 WebGPU'],
  [
    'this page is not isolated from others, and shares no memory with threads',
    '此页面没有与其他页面隔离，不能与线程共享内存',
  ],
  [
    'the optional package webgpu is not installed, or not for this system',
    '可选软件包 webgpu 没有安装，或不适用于此系统',
  ],
  ['this engine knows no way to a GPU', '此引擎无法使用 GPU'],
  ['the GPU does not answer', 'GPU 没有响应'],
  ['Install or update the driver of the graphics card', '请安装或更新显卡驱动程序'],
  [
    'Use a browser that has WebGPU, such as a recent Chrome or Edge',
    '请使用支持 WebGPU 的浏览器，例如较新的 Chrome 或 Edge',
  ],
  ['Open Gradloom at the address that its own server gives', '请在 Gradloom 自带服务器给出的地址打开它'],
  [
    'Install the package webgpu and a driver for Vulkan, Metal or Direct3D 12',
    '请安装软件包 webgpu 以及 Vulkan、Metal 或 Direct3D 12 的驱动程序',
  ],
  ['it was lost', '设备丢失'],
  ['its memory is full', '显存已满'],
  ['Choose a smaller batch or smaller layers for the GPU', '如需使用 GPU，请减小批次或层的大小'],
  ['on the CPU', '改在 CPU 上'],
  ['on the GPU, opened anew', '在重新打开的 GPU 上'],
  ['Restart the run to try the GPU again', '重新开始运行即可再次尝试 GPU'],
  ['If it happens again, choose the CPU', '如果再次发生，请选择 CPU'],
  ['Train at the command line', '请在命令行中训练'],
  ['Update the driver of the graphics card and start Gradloom again', '请更新显卡驱动程序并重新启动 Gradloom'],
]);
